/**
 * The states of a record, in one table: what of it is unsent, whether it is sent, changed or thrown away, its words, its place in
 * the list. Everybody asks here; nobody else compares states for these questions. Pure.
 */

import { bindingWords, cancelledWords, DECIDED, draftWords, receiptedWords, refusedWords, returnedWords, sendingWords } from "./state-words.js";

/**
 * @typedef {object} RecordState
 * @property {boolean|"changed"} unsent whether the server lacks its newest words; `changed`: while they are newer than what it has
 * @property {boolean|"changed"} sends whether the sync sends it by itself
 * @property {boolean} editable whether its words may be changed as it stands
 * @property {boolean} discards whether it may be thrown away: here alone while the server never had it, else there, too (discardWay)
 * @property {boolean} stands whether it counts as a record: its files go up, and its visit has one
 * @property {"returned"|"trouble"|"drafts"|"waiting"|"done"} place its group in the list of records
 * @property {string} mark the class that colours its mark
 * @property {Record<string, string>} next what can happen to it: act → state. What is not here does not happen
 * @property {(record: any, files: any[], isUnsent: boolean) => string} words
 */

const OUTCOMES = { stored: "receipted", conflict: "conflict", refused: "refused", locked: "refused" };

/** @type {Readonly<Record<string, RecordState>>} */
export const STATES = Object.freeze({
  draft: {
    unsent: "changed", sends: "changed", editable: true, discards: true, stands: true, place: "drafts", mark: "draft", words: draftWords,
    next: { submit: "waiting", discard: "discarding", gone: "discarded", conflict: "conflict", locked: "refused" },
  },
  waiting: {
    unsent: true, sends: true, editable: false, discards: false, stands: true, place: "waiting", mark: "waiting", words: () => "待上传",
    next: { reopen: "draft", send: "sending", cancel: "waiting", ...OUTCOMES },
  },
  sending: {
    unsent: true, sends: true, editable: false, discards: false, stands: true, place: "waiting", mark: "sending", words: sendingWords,
    next: { later: "waiting", cancel: "sending", ...OUTCOMES },
  },
  refused: {
    unsent: true, sends: false, editable: false, discards: true, stands: true, place: "trouble", mark: "refused",
    words: refusedWords,
    next: { reopen: "draft", discard: "discarding", gone: "discarded", cancel: "waiting", accept: "receipted", dismiss: "dismissed" },
  },
  conflict: {
    unsent: true, sends: false, editable: false, discards: false, stands: true, place: "trouble", mark: "refused", words: () => "两份不一致，请选择",
    next: { reopen: "draft", draft: "draft", discard: "discarding", file: "waiting", accept: "receipted" },
  },
  returned: {
    unsent: false, sends: false, editable: false, discards: false, stands: true, place: "returned", mark: "returned",
    words: returnedWords, next: { reopen: "draft", return: "returned" },
  },
  receipted: {
    unsent: false, sends: false, editable: false, discards: false, stands: true, place: "done", mark: "receipted", words: receiptedWords,
    next: { return: "returned", lost: "waiting", cancel: "waiting" },
  },
  discarding: { // the server is still to be told that nobody will submit it
    unsent: true, sends: true, editable: false, discards: false, stands: false, place: "waiting", mark: "waiting", words: () => "待作废",
    next: { reopen: "draft", gone: "discarded", ...OUTCOMES, stored: "discarded" },
  },
  discarded: {
    unsent: false, sends: false, editable: false, discards: false, stands: false, place: "done", mark: "draft",
    words: () => DECIDED.discarded, next: { lost: "discarding" },
  },
  dismissed: { // a refused binding that somebody has put away
    unsent: false, sends: false, editable: false, discards: false, stands: true, place: "done", mark: "receipted", words: () => "", next: {},
  },
});

/** The server's states, as its pack names them: words, mark and group of a record that this phone does not hold. */
export const SERVER_STATES = Object.freeze({
  draft: { words: "草稿（在另一部手机上）", mark: "draft", place: "drafts" }, submitted: { words: "已送达，待审核", mark: "submitted", place: "done" },
  returned: { words: "被退回", mark: "returned", place: "returned" }, approved: { words: DECIDED.approved, mark: "approved", place: "done" },
  discarded: { words: DECIDED.discarded, mark: "draft", place: "done" },
});

const rowOf = (record) => STATES[record.state] ?? STATES.conflict; // what only a newer program knows is sent by nobody, and lost by nobody
/** Whether `act` can happen to the record now. @param {any} record @param {string} act */
export const may = (record, act) => act in rowOf(record).next;
/** Lets `act` happen to the record, where it can; else it stays as it is. @param {any} record @param {string} act */
export function move(record, act) {
  record.state = rowOf(record).next[act] ?? record.state;
  return record;
}

const hasNews = (record) => record.changes > record.sentChanges || Boolean(record.refusal);

/** Whether the server does not have the record's newest words. The one definition of "unsent". @param {any} record */
export function hasUnsentWords(record) {
  const { unsent } = rowOf(record);
  return unsent === "changed" ? hasNews(record) : unsent;
}

/** Whether the sync sends it now; a draft that was refused waits for the next change. @param {any} record */
export function isToBeSent(record) {
  const { sends } = rowOf(record);
  return sends === "changed" ? record.changes > record.sentChanges : sends;
}

/** Whether a file of this phone is not yet on the server. @param {any} file */
export function isUnsentFile(file) {
  return !file.remote && file.state !== "receipted";
}

/** Whether another phone has gone on with this draft. @param {any} record @returns {boolean} */
export const isBehind = (record) => record.state === "draft" && record.elsewhere > record.baseRevision;
/** Whether its words may be changed. @param {any} record */
export const isEditable = (record) => rowOf(record).editable;
/** Whether it counts as a record; a draft that was thrown away does not. @param {any} record */
export const stands = (record) => rowOf(record).stands;

/**
 * How it may be thrown away: `here` for good while the server never had it and nothing is on its way, `server` by telling the server,
 * which keeps what it has, `gone` where the server says that it was. Null: not at all, for it was submitted once.
 * @param {any} record @returns {"here"|"server"|"gone"|null}
 */
export function discardWay(record) {
  if (!rowOf(record).discards || record.kind === "visit" || record.kind === "binding") return null;
  if (record.refusal?.discarded) return "gone";
  if (!record.baseRevision && !record.attempt) return "here";
  return record.review || record.number || record.refusal?.locked ? null : "server";
}

/**
 * The group of the records page: what waits for a person comes first.
 * @param {any} record @param {any[]} evidence its files @returns {RecordState["place"]}
 */
export function placeOf(record, evidence) {
  const { place } = rowOf(record);
  if (!stands(record)) return place;
  if (place === "drafts" && record.review) return "returned"; // one that was returned and is being mended
  if (place === "trouble" || place === "returned") return place;
  if (evidence.some((file) => file.state === "refused")) return "trouble";
  return place === "done" && evidence.some(isUnsentFile) ? "waiting" : place;
}

/** The class that colours its mark. @param {any} record @param {any[]} evidence */
export function markOf(record, evidence) {
  if (record.state === "receipted" && record.serverState === "approved") return "approved";
  const { mark, place } = rowOf(record);
  const now = placeOf(record, evidence);
  return now === place ? mark : { returned: "returned", trouble: "refused", waiting: "waiting" }[now];
}

/**
 * The state of a record for people. 已保存在本机 and 已送达服务器 are never the same words.
 * @param {any} record @param {any[]} [evidence] its files @returns {string}
 */
export function wordsFor(record, evidence = []) {
  if (record.kind === "binding") return bindingWords(record);
  if (record.kind === "visit" && record.body.cancelled) return cancelledWords(record);
  return rowOf(record).words(record, evidence.filter((file) => !file.remote), hasUnsentWords(record));
}
