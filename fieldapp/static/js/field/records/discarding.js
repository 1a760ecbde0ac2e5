/**
 * A draft that nobody will submit. Only on this phone, it goes for good; else the server is told by a revision of it, offline as soon
 * as that can be, and keeps what it has. What another phone has discarded stays here as long as there is more in it than the server has.
 */

import { plain } from "../server/digest.js";
import { discardWay, hasUnsentWords, isUnsentFile, move } from "./record-states.js";
import { recordChanged } from "./records.js";
import { recordNews, saving } from "../storage/saving.js";
import { dropPieces, handOverPieces, unfinishedOf } from "../storage/sound-pieces.js";
import { NotSaved, write } from "../storage/store.js";
import { mintId } from "../../lib/ids.js";

/** The stores in which the files of a record lie. */
export const FILES = ["evidence", "blobs", "thumbs", "meta"];
const GONE = "另一部手机已把这份草稿作废。本机还有服务器没有的内容，请在“记录”里选择留不留";

/** Throws a draft away. @param {string} id @param {string} [reason] in words @returns {Promise<void>} durable @throws {NotSaved} */
export async function discardRecord(id, reason = "") {
  /** @type {ReturnType<typeof discardWay>} */
  let way = null;
  await saving(write(["records", ...FILES], async (stores) => {
    const record = await stores.records.get(id);
    if (!record) return;
    way = discardWay(record);
    if (!way) throw new NotSaved("这份记录提交过，不能作废。");
    if (way === "server") await stores.records.put(toBeDiscarded(record, reason));
    else await dropFiles(stores, id, () => true);
    if (way === "here") await stores.records.delete(id);
    if (way === "gone") await stores.records.put(Object.assign(move(record, "gone"), { refusal: null, lastError: null }));
  }));
  if (way && way !== "server") await dropSounds(id);
  recordNews({ id, kind: "observation" });
}

function toBeDiscarded(record, reason) {
  record.body.state = "discarded";
  if (reason) record.body.discard_reason = reason;
  return Object.assign(move(recordChanged(record), "discard"), { refusal: null, lastError: null, tries: 0, nextTryAt: 0 });
}

async function dropFiles(stores, id, goes) {
  for (const file of await stores.evidence.index("recordId").getAll(id)) {
    if (goes(file)) for (const store of [stores.evidence, stores.blobs, stores.thumbs]) await store.delete(file.id);
  }
  await stores.meta.delete(`line:${id}`); // the line of the timeline that was never added
}

/** Once the server knows: what of a discarded draft had not gone up stays nowhere. Within the caller's transaction over FILES. */
export const dropUnsent = (stores, id) => dropFiles(stores, id, isUnsentFile);

/** Recordings that were never finished go as well. @param {string} id */
export async function dropSounds(id) {
  for (const told of await unfinishedOf(id)) await dropPieces(told);
}

/** What an answer of the server says about a draft that another phone has discarded: a person decides what becomes of the words here. */
export function goneThere(record) {
  const refusal = { title: GONE, errors: [], at: Date.now(), locked: true, discarded: true };
  return Object.assign(move(record, "locked"), { serverState: "discarded", refusal, lastError: null });
}

/**
 * What the pack says was discarded, within the caller's transaction: with another phone, while this one holds the draft.
 * @param {Record<string, any>} stores records, evidence @param {{id: string}} said
 */
export async function noteDiscarded({ records, evidence }, { id }) {
  const record = await records.get(id);
  if (record?.state !== "draft" || record.attempt) return; // what is on its way learns it from its answer
  const files = await evidence.index("recordId").getAll(id);
  const hasMore = hasUnsentWords(record) || files.some(isUnsentFile);
  await records.put(hasMore ? goneThere(record) : Object.assign(move(record, "gone"), { serverState: "discarded" }));
}

/**
 * Keeps the words and files of a draft that another phone has discarded, as a draft of its own under new ids.
 * @param {string} id @returns {Promise<string>} the id of the new one
 */
export async function keepAsNew(id) {
  const fresh = mintId();
  await saving(write(["records", ...FILES], async (stores) => {
    const record = await stores.records.get(id);
    if (!record || discardWay(record) !== "gone") throw new NotSaved("这份草稿已另存过，或已不在本机。");
    const names = await moveFiles(stores, id, fresh);
    const body = { ...renamed(plain(record.body), names), state: "draft" };
    const now = Date.now();
    await stores.records.put({
      ...record, id: fresh, state: "draft", body, revision: 0, baseRevision: 0, changes: 1, sentChanges: 0, attempt: null, refusal: null,
      conflict: null, receipt: null, serverState: null, sentAt: undefined, createdAt: now, updatedAt: now, nextTryAt: 0, tries: 0, lastError: null,
    });
    const line = await stores.meta.get(`line:${id}`);
    if (line !== undefined) await stores.meta.put(line, `line:${fresh}`);
    await handOverPieces(stores.meta, id, fresh);
    await stores.meta.delete(`line:${id}`);
    await stores.records.put(Object.assign(move(record, "gone"), { refusal: null, lastError: null }));
  }));
  for (const one of [id, fresh]) recordNews({ id: one, kind: "observation" });
  return fresh;
}

/** The server may know the files under their ids, as the other record's: they get new ones. @returns {Promise<Map<string, string>>} */
async function moveFiles(stores, from, to) {
  const names = new Map();
  for (const file of await stores.evidence.index("recordId").getAll(from)) {
    const id = mintId();
    names.set(file.id, id);
    const [blob, thumb] = [await stores.blobs.get(file.id), await stores.thumbs.get(file.id)];
    if (blob) await stores.blobs.put({ ...blob, id });
    if (thumb) await stores.thumbs.put(thumb, id);
    await stores.evidence.put({ ...file, id, recordId: to, state: "kept", sentBytes: 0, refusal: null, receipt: null, tries: 0, nextTryAt: 0 });
    for (const store of [stores.evidence, stores.blobs, stores.thumbs]) await store.delete(file.id);
  }
  return names;
}

/** The same, with the files under their new ids wherever it names them. */
function renamed(value, names) {
  if (typeof value === "string") return names.get(value) ?? value;
  if (Array.isArray(value)) return value.map((one) => renamed(one, names));
  if (!value || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, renamed(one, names)]));
}
