/** What a reviewer asks of a returned record, and how each comment is answered: changed, or explained. Pure; as reviews/replies.py. */

import { canonical } from "../server/digest.js";

export const HOW = { changed: "已改", explained: "说明" };

/** @typedef {{id: string, item: string|null, comment: string}} Comment `item` null: on the whole */

/** Every comment of the last return, the one on the whole first. @param {FieldRecord} record @returns {Comment[]} */
export function commentsOf({ review }) {
  if (!review) return [];
  const older = [["", review.comment], ...Object.entries(review.items ?? {})].filter(([, comment]) => comment);
  return review.comments ?? older.map(([item, comment]) => ({ id: item || "whole", item: item || null, comment }));
}

/** How a comment is answered; null while it is not. @param {FieldRecord} record @param {Comment} comment @returns {{how: string, words: string}|null} */
export function replyTo(record, { id, item }) {
  const { how, words = "" } = record.body.replies?.[id] ?? {};
  if (how === "explained" && words.trim()) return { how, words };
  return how === "changed" || (item && hasChanged(record, item)) ? { how: "changed", words: "" } : null;
}

/** Whether this phone knows what the reviewer has read, and so what has changed since. @param {FieldRecord} record */
export const knowsChanges = (record) => Boolean(record.reviewed);

/** @param {FieldRecord} record @param {string} item */
function hasChanged({ reviewed, body }, item) {
  const said = (answers) => canonical({ ...answers?.[item], at_ms: 0 });
  return Boolean(reviewed) && said(reviewed) !== said(body.answers);
}

/** @param {FieldRecord} record @returns {Comment[]} comments that nobody has answered */
export function unanswered(record) {
  return commentsOf(record).filter((comment) => !replyTo(record, comment));
}

/** How many items are still to be changed or explained; the whole counts where no item is named. @param {FieldRecord} record @param {(code: string) => boolean} [isMeant] */
export function toChange(record, isMeant) {
  const open = unanswered(record);
  const items = open.filter(({ item }) => item && (!isMeant || isMeant(item)));
  return isMeant || commentsOf(record).some(({ item }) => item) ? items.length : open.length;
}

/** Answers a comment, or takes the answer back with `how` null. */
export function setReply(body, id, how, words = "") {
  body.replies = { ...body.replies, [id]: { how, words } };
  if (!how) delete body.replies[id];
}

/** What is answered by a change is written down as it is filed; answers to earlier returns are not repeated. */
export function writeReplies(body, record) {
  if (!record.review) return;
  const said = commentsOf(record).map((comment) => [comment.id, replyTo({ ...record, body }, comment)]);
  body.replies = Object.fromEntries(said.filter(([, reply]) => reply));
}
