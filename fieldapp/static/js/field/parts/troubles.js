/** What stands in the way of a record, in words: what the server did not take. What a reviewer asks: replies.js. */

import { make } from "../../lib/dom.js";
import { unended } from "../../lib/words.js";
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
 * Shows why the server refused a record.
 * @param {Record<string, HTMLElement>} places refused and its words
 * @param {import("./open-record.js").OpenRecord} open
 */
export function showTroubles(places, open) {
  const { refusal } = open.record;
  places.refused.hidden = !refusal;
  if (!refusal) return;
  places["refused-title"].textContent = `服务器没有接收：${unended(refusal.title) || "请修改后再提交"}。记录仍在本机。`;
  places["refused-list"].replaceChildren(...(refusal.errors ?? []).map((error) => {
    const code = itemOfPointer(error.pointer);
    return make("li", {}, code ? linkTo(open, code, `${code} ${error.detail}`) : error.detail);
  }));
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
