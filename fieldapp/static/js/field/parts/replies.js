/** 审核意见: every comment of a return with its answer, on top of the pages and at its item. */

import { clone, fill, make, need } from "../../lib/dom.js";
import { moment } from "../../lib/words.js";
import { commentsOf, HOW, knowsChanges, replyTo, setReply } from "../records/replying.js";
import { linkTo } from "./troubles.js";

/**
 * The notice of a returned record: all comments with links to their items.
 * @param {Record<string, HTMLElement>} places returned, returned-title, returned-list
 * @param {import("./open-record.js").OpenRecord} open
 */
export function returnedNotice(places, open) {
  /** @type {any} */
  let drawn = null;
  /** @type {ReturnType<typeof replyPart>[]} */
  let parts = [];

  function draw({ review }) {
    drawn = review;
    const when = review?.decided_at ? `，${moment(review.decided_at)}` : "";
    places["returned-title"].textContent = `被退回（${review?.reviewer?.name ?? review?.reviewer ?? "审核人"}${when}）`;
    parts = commentsOf(open.record).map((comment) => replyPart(open, comment, { isListed: true }));
    places["returned-list"].replaceChildren(...parts.map((part) => make("li", {}, part.element)));
  }

  return {
    update() {
      const { record } = open;
      places.returned.hidden = !record.review;
      if (record.review !== drawn && record.review?.decided_at !== drawn?.decided_at) draw(record);
      parts.forEach((part) => part.update());
    },
  };
}

/**
 * One comment with its answer. `isListed`: on top of a page, where what stands at an item is answered there.
 * @param {import("./open-record.js").OpenRecord} open @param {import("../records/replying.js").Comment} comment
 * @param {{isListed?: boolean}} [how]
 */
export function replyPart(open, comment, { isListed = false } = {}) {
  const element = clone("reply");
  const part = (/** @type {string} */ name) => need(element, `[data-part="${name}"]`);
  const text = need(element, "textarea");
  const isAnsweredHere = !isListed || !comment.item;
  /** @type {HTMLElement["hidden"]} */
  let isOpened = false;
  text.id = `reply-${isListed ? "top" : "at"}-${comment.item ?? "all"}`;
  need(element, "label").htmlFor = text.id;
  if (isListed) fill(element, { where: comment.item ? Object.assign(linkTo(open, comment.item, comment.item), { className: "button button--small button--quiet" }) : "总评", comment: comment.comment });
  part("changed").addEventListener("click", () => open.change((body) => setReply(body, comment.id, body.replies?.[comment.id]?.how === "changed" ? null : "changed")));
  part("explain").addEventListener("click", () => {
    isOpened = part("field").hidden;
    update();
    if (isOpened) text.focus();
  });
  open.type(text, (body, value) => setReply(body, comment.id, value.trim() ? "explained" : null, value));

  function update() {
    const reply = replyTo(open.record, comment);
    const words = open.body.replies?.[comment.id]?.words ?? "";
    const isFree = open.isEditable && isAnsweredHere;
    fill(element, { state: reply ? HOW[reply.how] : "待答复" });
    need(element, '[data-slot="state"]').className = reply ? "tag" : "tag tag--critical";
    part("changed").hidden = !isFree || (Boolean(comment.item) && knowsChanges(open.record));
    part("changed").setAttribute("aria-pressed", String(reply?.how === "changed"));
    part("explain").hidden = !isFree;
    part("field").hidden = !isAnsweredHere || (!isOpened && !words);
    part("explain").setAttribute("aria-expanded", String(!part("field").hidden));
    text.readOnly = !open.isEditable;
    if (document.activeElement !== text) text.value = words;
  }

  return { element, update };
}
