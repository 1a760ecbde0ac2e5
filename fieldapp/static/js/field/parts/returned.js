/** A returned record: its comments and their answers follow the core (replies.js), and are asked for only where there are any. */

import { commentsOf, unanswered } from "../records/replying.js";
import { brought } from "../storage/packs.js";
import { confirmed } from "./ask.js";

const replies = () => brought(import("./replies.js"), "parts/replies.js");

/** Draws with what `make` gives, once it is here; until then the words at hand stand there. */
function later(make, sayWhy) {
  /** @type {{update: () => void}|null} */
  let part = null;
  let isAsked = false;
  const update = () => {
    if (part || isAsked) return part?.update();
    isAsked = true;
    return replies().then((module) => { part = make(module); part?.update(); }, (error) => sayWhy(error.words ?? ""));
  };
  return update;
}

/**
 * The notice on top of a page.
 * @param {Record<string, HTMLElement>} places returned, returned-title, returned-list @param {import("./open-record.js").OpenRecord} open
 */
export function returnedNotice(places, open) {
  const draw = later((module) => module.returnedNotice(places, open), (words) => {
    places["returned-list"].textContent = [...commentsOf(open.record).map(({ item, comment }) => `${item ?? "总评"}：${comment}`), words].join(" ");
  });
  return {
    update() {
      places.returned.hidden = !open.record.review;
      if (open.record.review) draw();
    },
  };
}

/** Where the comment at one item is answered. @param {HTMLElement} holder @param {import("./open-record.js").OpenRecord} open @param {string} code */
export function replyAt(holder, open, code) {
  const comment = commentsOf(open.record).find(({ item }) => item === code);
  holder.hidden = !comment;
  const draw = later((module) => {
    const reply = module.replyPart(open, comment);
    holder.replaceChildren(reply.element);
    return reply;
  }, (words) => { holder.textContent = words; });
  return { update() { if (comment) draw(); } };
}

/** Asks once about comments that nobody has answered; they keep nobody from submitting. @param {import("./open-record.js").OpenRecord} open */
export async function mayLeaveUnanswered(open) {
  const left = unanswered(open.record);
  if (left.length === 0) return true;
  const where = left.map(({ item }) => item ?? "总评").join("、");
  return confirmed({ title: `还有 ${left.length} 条意见没有答复`, words: `${where}。可以改，也可以写一句说明；组长会看到没有答复的。`, yes: "仍然提交", no: "返回" });
}
