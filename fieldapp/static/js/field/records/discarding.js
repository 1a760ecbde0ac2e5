/**
 * A draft that nobody will submit. Only on this phone, it goes for good; else the server is told by a revision of it, offline as soon
 * as that can be, and keeps what it has. What another phone has discarded stays here as long as there is more in it than the server has.
 */

import { discardWay, hasUnsentWords, isUnsentFile, move } from "./record-states.js";
import { recordChanged } from "./records.js";
import { recordNews, saving } from "../storage/saving.js";
import { dropPieces, unfinishedOf } from "../storage/sound-pieces.js";
import { NotSaved, write } from "../storage/store.js";

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
