/** What waits on this phone, counted and said in words. Knows no network and no page. */

import { read, readAll } from "./store.js";
import { receiptMark } from "../lib/words.js";

const DECIDED = { approved: "已通过", archived: "已归档" };
const CHANNEL = "fieldapp";
const listeners = new Set();
const channel = typeof BroadcastChannel === "function" ? new BroadcastChannel(CHANNEL) : null;
if (channel) channel.onmessage = (event) => tell(event.data);

/**
 * Calls `listener` after each change, made in this tab or another. `news.type`: record, evidence, pack, session, sync.
 * @param {(news: {type: string, id?: string, tab?: string, state?: any}) => void} listener
 * @returns {() => void} stops listening
 */
export function onChange(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Tells every tab. @param {{type: string, [key: string]: unknown}} news */
export function announce(news) {
  tell(news);
  if (channel) channel.postMessage(news);
}

function tell(news) {
  for (const listener of [...listeners]) {
    try { listener(news); } catch (error) { console.error(error); }
  }
}

/** Whether the server does not have the record's newest words. @param {any} record */
export function hasUnsentWords(record) {
  return ["waiting", "sending", "refused", "conflict"].includes(record.state)
    || (record.state === "draft" && record.changes > record.sentChanges);
}

/** Whether a file of this phone is not yet on the server. @param {any} file */
export function isUnsentFile(file) {
  return !file.remote && file.state !== "receipted";
}

/**
 * The signed-in user's outbox in numbers. `held`: what other users of this phone have not sent.
 * @returns {Promise<{drafts: number, waiting: number, sending: number, refused: number, conflicts: number, returned: number,
 *   unsent: number, filesTotal: number, filesSent: number, filesRefused: number, allSentAt: number|null,
 *   oldestUnsentAt: number|null, held: Array<{name: string, count: number}>}>}
 */
export async function summary() {
  const [user, records, evidence, sentAt] = await Promise.all([
    read("meta", "user"), readAll("records"), readAll("evidence"), read("meta", "allSentAt")]);
  const mine = records.filter((record) => user && record.userId === user.id);
  const byId = new Map(mine.map((record) => [record.id, record]));
  const files = evidence.filter((file) => byId.has(file.recordId) && !file.remote);
  const submitted = files.filter((file) => byId.get(file.recordId).state !== "draft" && !byId.get(file.recordId).settledAt);
  const count = (...states) => mine.filter((record) => states.includes(record.state)).length;
  const unsent = mine.filter((record) => hasUnsentWords(record) || files.some((file) => file.recordId === record.id && isUnsentFile(file)));
  return {
    drafts: count("draft"), waiting: count("waiting"), sending: count("sending"), refused: count("refused"),
    conflicts: count("conflict"), returned: count("returned"), unsent: unsent.filter((record) => record.state !== "draft").length,
    filesTotal: submitted.length, filesSent: submitted.filter((file) => file.state === "receipted").length,
    filesRefused: files.filter((file) => file.state === "refused").length,
    allSentAt: sentAt && user ? sentAt[user.id] || null : null,
    oldestUnsentAt: unsent.length ? Math.min(...unsent.map((record) => record.updatedAt)) : null,
    held: await heldOf(user, records),
  };
}

async function heldOf(user, records) {
  const counts = new Map();
  for (const record of records) {
    if ((!user || record.userId !== user.id) && hasUnsentWords(record)) {
      counts.set(record.userId, (counts.get(record.userId) || 0) + 1);
    }
  }
  return Promise.all([...counts].map(async ([id, count]) => ({ name: (await read("meta", `name:${id}`)) || "其他用户", count })));
}

/**
 * The state of a record for people. 已保存在本机 and 已送达服务器 are never the same words.
 * @param {any} record
 * @param {any[]} [evidence] its files
 * @returns {string}
 */
export function wordsFor(record, evidence = []) {
  if (record.kind === "binding") return bindingWords(record);
  const files = evidence.filter((file) => !file.remote);
  const arrived = files.filter((file) => file.state === "receipted").length;
  const progress = files.length ? `照片 ${arrived}/${files.length}` : "";
  const refused = files.filter((file) => file.state === "refused").length;
  switch (record.state) {
    case "draft": return draftWords(record);
    case "waiting": return "待上传";
    case "sending": return files.length ? `上传中 ${arrived}/${files.length}` : "上传中";
    case "returned": return `被退回（${Object.keys((record.review && record.review.items) || {}).length || 1} 项待改）`;
    case "refused": return `未被接收（${((record.refusal && record.refusal.errors) || []).length || 1} 处待改）`;
    case "conflict": return "两份不一致，请选择";
    default:
      if (refused) return `文字已送达，${refused} 个附件未被接收`;
      if (arrived < files.length) return `文字已送达，${progress}`;
      return [DECIDED[record.serverState] || "已送达", record.receipt && `回执 ${receiptMark(record.receipt)}`].filter(Boolean).join(" · ");
  }
}

function bindingWords(record) {
  if (record.state === "refused" || record.state === "dismissed") return "未能登记到这次监督";
  return record.state === "receipted" ? "已登记到这次监督" : "已出示，待登记";
}

function draftWords(record) {
  if (record.review) return "被退回，修改中";
  if (!record.baseRevision || (record.refusal && !record.receipt)) return "草稿（仅在本机）";
  return record.changes > record.sentChanges ? "草稿（最新改动仅在本机）" : "草稿（已备份到服务器）";
}
