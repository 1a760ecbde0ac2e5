/**
 * The states of a record, in one table: what of it is unsent, whether it is sent, changed or thrown away, its words, its place in
 * the list. Everybody asks here; nobody else compares states for these questions. Pure.
 */

import { receiptMark } from "../../lib/words.js";

/**
 * @typedef {object} RecordState
 * @property {boolean|"changed"} unsent whether the server lacks its newest words; `changed`: while they are newer than what it has
 * @property {boolean|"changed"} sends whether the sync sends it by itself
 * @property {boolean} editable whether its words may be changed as it stands
 * @property {boolean} discards whether it may be thrown away, as long as the server never had it
 * @property {"returned"|"trouble"|"drafts"|"waiting"|"done"} place its group in the list of records
 * @property {string} mark the class that colours its mark
 * @property {Record<string, string>} next what can happen to it: act → state. What is not here does not happen
 * @property {(record: any, files: any[]) => string} words
 */

const DECIDED = { approved: "已通过" };
const OUTCOMES = { stored: "receipted", conflict: "conflict", refused: "refused", locked: "refused" };
const count = (list) => list?.length || 1;
const arrivedOf = (files) => files.filter((file) => file.state === "receipted").length;

/** @type {Readonly<Record<string, RecordState>>} */
export const STATES = Object.freeze({
  draft: {
    unsent: "changed", sends: "changed", editable: true, discards: true, place: "drafts", mark: "draft", words: draftWords,
    next: { submit: "waiting", conflict: "conflict", locked: "refused" },
  },
  waiting: {
    unsent: true, sends: true, editable: false, discards: false, place: "waiting", mark: "waiting", words: () => "待上传",
    next: { reopen: "draft", send: "sending", ...OUTCOMES },
  },
  sending: {
    unsent: true, sends: true, editable: false, discards: false, place: "waiting", mark: "sending", words: sendingWords,
    next: { later: "waiting", ...OUTCOMES },
  },
  refused: {
    unsent: true, sends: false, editable: false, discards: true, place: "trouble", mark: "refused",
    words: ({ refusal }) => `未被接收（${count(refusal?.errors)} 处待改）`, next: { reopen: "draft", dismiss: "dismissed" },
  },
  conflict: {
    unsent: true, sends: false, editable: false, discards: false, place: "trouble", mark: "refused", words: () => "两份不一致，请选择",
    next: { reopen: "draft", draft: "draft", file: "waiting", accept: "receipted" },
  },
  returned: {
    unsent: false, sends: false, editable: false, discards: false, place: "returned", mark: "returned",
    words: ({ review }) => `被退回（${count(Object.keys(review?.items ?? {}))} 项待改）`, next: { reopen: "draft", return: "returned" },
  },
  receipted: {
    unsent: false, sends: false, editable: false, discards: false, place: "done", mark: "receipted", words: receiptedWords,
    next: { return: "returned", lost: "waiting" },
  },
  dismissed: { // a refused binding that somebody has put away
    unsent: false, sends: false, editable: false, discards: false, place: "done", mark: "receipted", words: () => "", next: {},
  },
});

/** The server's states, as its pack names them: words and mark of a record that this phone does not hold. */
export const SERVER_STATES = Object.freeze({
  draft: { words: "草稿（在另一部手机上）", mark: "draft" }, submitted: { words: "已送达，待审核", mark: "submitted" },
  returned: { words: "被退回", mark: "returned" }, approved: { words: DECIDED.approved, mark: "approved" },
});

// a state that only a newer program knows is sent by nobody, and lost by nobody
const rowOf = (record) => STATES[record.state] ?? STATES.conflict;
/** Whether `act` can happen to the record now. @param {any} record @param {string} act */
export const may = (record, act) => act in rowOf(record).next;
/** Lets `act` happen to the record, where it can; else it stays as it is. @param {any} record @param {string} act */
export function move(record, act) {
  record.state = rowOf(record).next[act] ?? record.state;
  return record;
}

/** Whether the words that stand are newer than what the server acknowledged; also when it refused them. */
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

/** Whether its words may be changed as it stands. @param {any} record */
export const isEditable = (record) => rowOf(record).editable;
/** Whether it may be thrown away: the server never had it, and nothing of it is on its way. @param {any} record */
export const mayDiscard = (record) => rowOf(record).discards && !record.baseRevision && !record.attempt;

/**
 * The group of the records page: what waits for a person comes first.
 * @param {any} record @param {any[]} evidence its files @returns {RecordState["place"]}
 */
export function placeOf(record, evidence) {
  const { place } = rowOf(record);
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
  return record.kind === "binding" ? bindingWords(record) : rowOf(record).words(record, evidence.filter((file) => !file.remote));
}

function bindingWords(record) {
  if (record.state === "refused" || record.state === "dismissed") return "未能登记到这次监督";
  return record.state === "receipted" ? "已登记到这次监督" : "已出示，待登记";
}

function draftWords(record) {
  const name = record.review ? "被退回，修改中" : "草稿";
  if (!hasUnsentWords(record)) return `${name}（已备份到服务器）`;
  return record.baseRevision ? `${name}（最新改动仅在本机）` : `${name}（仅在本机）`;
}

function receiptedWords(record, files) {
  const refused = files.filter((file) => file.state === "refused").length;
  if (refused) return `文字已送达，${refused} 个附件未被接收`;
  if (arrivedOf(files) < files.length) return `文字已送达，照片 ${arrivedOf(files)}/${files.length}`;
  return [DECIDED[record.serverState] || "已送达", record.receipt && `回执 ${receiptMark(record.receipt)}`].filter(Boolean).join(" · ");
}

function sendingWords(_record, files) {
  return files.length ? `上传中 ${arrivedOf(files)}/${files.length}` : "上传中";
}
