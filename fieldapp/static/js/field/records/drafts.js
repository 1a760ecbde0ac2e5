/** Records of the signed-in user, saved at each change. Pages touch data only through here, the outbox and the pack. */

import { elapsedSince, mark, measuredOffset } from "../server/clock.js";
import { plain } from "../server/digest.js";
import { recordNews, saving } from "../storage/saving.js";
import { nameOf } from "./outbox.js";
import { hasUnsentWords, isEditable, may, move, stands } from "./record-states.js";
import { recordChanged, step, withChecklist } from "./records.js";
import { NotSaved, read, readAll, write } from "../storage/store.js";
import { mintId } from "../../lib/ids.js";
import { rfc3339 } from "../../lib/words.js";

const DAY_MS = 24 * 3600 * 1000;
const CLOSED = "这条记录已提交，现在不能直接改。需要修改请先点“继续修改”。";

/**
 * Makes a record; it is durable on this phone before the promise resolves.
 * @param {"observation"|"interview"|"confirmation"|"visit"} kind
 * @param {{visit?: any, checklist?: any, body?: any, blank?: boolean}} [given] `checklist`: the whole published version; `visit`: its
 *   summary; `blank`: opened to look, and none of anybody's drafts before something is said in it
 * @returns {Promise<any>} the Record
 * @throws {NotSaved}
 */
export async function newRecord(kind, { visit = null, checklist = null, body = {}, blank = false } = {}) {
  const user = await read("meta", "user");
  if (!user) throw new NotSaved("请先登录，再开始记录。");
  const now = Date.now();
  const record = {
    id: mintId(now), kind, userId: user.id, state: kind === "visit" ? "waiting" : "draft", body: startingBody(kind, visit, checklist, body, now),
    revision: 0, baseRevision: 0, changes: 1, sentChanges: 0, clockMark: mark(), versionId: checklist ? checklist.id : null,
    visit: visit && plain(visit), review: null, refusal: null, conflict: null, receipt: null, number: null, serverState: null,
    createdAt: now, updatedAt: now, nextTryAt: 0, tries: 0, lastError: null, bulk: false,
    ...(blank ? { blank } : {}),
  };
  await saving(write(["records", "versions"], async (stores) => {
    await stores.records.put(record);
    if (checklist) await stores.versions.put(plain(checklist));
  }));
  recordNews(record);
  return withChecklist(record);
}

function startingBody(kind, visit, checklist, body, now) {
  if (kind === "visit") return plain(body);
  const common = { visit: visit ? visit.id : null, state: "draft", started_at: rfc3339(now), clock_offset_ms: measuredOffset() || 0 };
  if (checklist) common.checklist_version = checklist.id;
  return plain({ ...common, ...body });
}

/**
 * One record of the signed-in user, with its checklist version as it was when the record was begun.
 * @param {string} id
 * @returns {Promise<any|undefined>}
 */
export async function readRecord(id) {
  const [user, record] = await Promise.all([read("meta", "user"), read("records", id)]);
  return user && record && record.userId === user.id ? withChecklist(record) : undefined;
}

/**
 * Why the signed-in user cannot open a record that lies on this phone.
 * @param {string|null} id
 * @returns {Promise<{name?: string, isOld?: boolean}|null>} whose it is, or that its body has gone for its age; null for neither
 */
export async function whyNotHere(id) {
  const [user, record] = await Promise.all([read("meta", "user"), id ? read("records", id) : null]);
  if (!record) return null;
  return user && record.userId === user.id ? { isOld: Boolean(record.bodyGone) } : { name: await nameOf(record.userId) };
}

async function allOfUser() {
  const user = await read("meta", "user");
  return user ? readAll("records", { index: "userId", key: user.id }) : [];
}

/** Forgets what was opened to look more than a day ago, and never written in. */
export async function forgetBlanks() {
  const old = (await allOfUser()).filter((record) => record.blank && record.createdAt < Date.now() - DAY_MS);
  if (old.length) await write(["records"], async ({ records }) => { for (const { id } of old) await records.delete(id); });
}

/** Every record of the signed-in user, newest first. @returns {Promise<any[]>} */
export async function listRecords() {
  const mine = (await allOfUser()).filter((record) => !record.blank);
  for (const record of mine) await withChecklist(record); // one after the other: each version is read once
  return (await Promise.all(mine.map(withChecklist))).sort((a, b) => b.createdAt - a.createdAt || (a.id < b.id ? 1 : -1));
}

/**
 * Changes a draft: read, change and write are one step, in order, also across tabs.
 * @param {string} id
 * @param {(body: any, record: any) => void} change not async
 * @returns {Promise<any>} the Record, durable
 * @throws {NotSaved}
 */
export async function changeRecord(id, change) {
  return step(id, (record) => {
    if (!isEditable(record)) throw new NotSaved(stands(record) ? CLOSED : "这份草稿已作废，不能再写。");
    const [before, blank] = [hasUnsentWords(record), record.blank];
    change(record.body, record);
    record.body = plain(record.body);
    delete record.checklist;
    return { why: "edit", same: before === hasUnsentWords(recordChanged(record)) && !blank };
  });
}

/** Hands the record over to be sent: durable as 待上传 when it resolves. @param {string} id @returns {Promise<any>} */
export async function submitRecord(id) {
  return step(id, (record) => {
    if (!may(record, "submit")) return;
    record.body.state = "submitted";
    Object.assign(move(recordChanged(record), "submit"), { refusal: null, lastError: null, tries: 0, nextTryAt: 0 });
  });
}

/** Opens a refused, conflicting, returned or still waiting record again for changes. @param {string} id @returns {Promise<any>} */
export async function reopenRecord(id) {
  return step(id, (record) => {
    if (isEditable(record)) return;
    if (record.attempt && ["submitted", "discarded"].includes(record.attempt.sent.state)) {
      throw new NotSaved("这条记录可能已经送到服务器。联网确认后才能再改，内容都在本机。");
    }
    if (!may(record, "reopen")) {
      throw new NotSaved("这条记录正在上传或已送达，不能再改。需要更正请联系组长退回。");
    }
    record.body.state = "draft";
    delete record.body.discard_reason;
    Object.assign(move(recordChanged(record), "reopen"), { nextTryAt: 0, tries: 0, lastError: null });
    if (record.kind === "visit") record.state = "waiting";
  });
}

/** Milliseconds since the record's `started_at`, by a clock that only moves forward. @param {any} record */
export function elapsedMs(record) {
  return elapsedSince(record.id, record.clockMark);
}
