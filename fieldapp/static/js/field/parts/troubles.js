/** What stands in the way of a record, in words: returned by the reviewer, refused by the server, interrupted by the phone. */

import { make } from "../../lib/dom.js";
import { moment, unended } from "../../lib/words.js";
import { categoryOf } from "../records/completeness.js";

/**
 * The item that a JSON pointer of the server speaks about; null when it speaks of something else.
 * @param {string} pointer e.g. /answers/B01/note
 * @returns {string|null}
 */
export function itemOfPointer(pointer) {
  const [, field, code] = (pointer ?? "").split("/");
  return field === "answers" && code ? code : null;
}

/**
 * Shows the notices of a record.
 * @param {Record<string, HTMLElement>} places returned, refused and their words
 * @param {import("./open-record.js").OpenRecord} open
 */
export function showTroubles(places, open) {
  const { review, refusal } = open.record;
  places.returned.hidden = !review;
  if (review) {
    const count = Object.keys(review.items ?? {}).length;
    const when = review.decided_at ? `，${moment(review.decided_at)}` : "";
    places["returned-title"].textContent = `被退回（${review.reviewer?.name ?? review.reviewer ?? "审核人"}${when}）`;
    places["returned-words"].textContent = [sentence(review.comment), count ? `另有 ${count} 项的意见写在各项里。` : ""].join("");
  }
  places.refused.hidden = !refusal;
  if (!refusal) return;
  places["refused-title"].textContent = `服务器没有接收：${unended(refusal.title) || "请修改后再提交"}。记录仍在本机。`;
  places["refused-list"].replaceChildren(...(refusal.errors ?? []).map((error) => {
    const code = itemOfPointer(error.pointer);
    return make("li", {}, code ? linkTo(open, code, `${code} ${error.detail}`) : error.detail);
  }));
}

/** A comment that goes on in another sentence ends in a full stop. */
function sentence(words) {
  return words && !/[。.!！?？]$/.test(words) ? `${words}。` : words ?? "";
}

/**
 * A link to an item on the page of its section.
 * @param {import("./open-record.js").OpenRecord} open
 * @param {string} code
 * @param {string} words
 * @returns {HTMLElement}
 */
export function linkTo(open, code, words) {
  return make("a", { href: `/field/section?id=${open.id}&category=${categoryOf(open.checklist, code)}#item-${code}` }, words);
}
