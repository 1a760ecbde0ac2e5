/**
 * The last words before a page is left. A page that is being closed cannot wait for IndexedDB: its transaction dies with
 * it. So what is not yet confirmed is laid down at once, synchronously, and taken up when the record is next opened.
 */

import { elapsedMs } from "../records/drafts.js";
import { isEditable } from "../records/record-states.js";

const keyOf = (id) => `left:${id}`;

/**
 * Lays down the body of a record whose last change is not confirmed.
 * @param {FieldRecord} record
 * @returns {boolean} whether the browser took it
 */
export function layDown(record) {
  try {
    localStorage.setItem(keyOf(record.id), JSON.stringify({ elapsed: elapsedMs(record), body: record.body }));
    return true;
  } catch {
    return false; // full or forbidden: the transaction that is under way is then the only hope
  }
}

/** Forgets what was laid down, once the store has it. @param {string} id */
export function clearAway(id) {
  try {
    localStorage.removeItem(keyOf(id));
  } catch {
    // a browser that forbids it has kept nothing either
  }
}

/**
 * What was laid down for this record and is newer than what the store has; null when nothing is.
 * @param {FieldRecord} record as stored
 * @returns {RecordBody|null}
 */
export function takeUp(record) {
  /** @type {{elapsed: number, body: RecordBody}|null} */
  let left = null;
  try {
    left = JSON.parse(localStorage.getItem(keyOf(record.id)) ?? "null");
  } catch {
    return null;
  }
  const isNewer = left && isEditable(record) && record.clockMark.elapsed <= left.elapsed; // not by the wall clock: it may have been set back
  return left && isNewer && JSON.stringify(left.body) !== JSON.stringify(record.body) ? left.body : null;
}
