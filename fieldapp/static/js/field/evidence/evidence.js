/** Photos, recordings, signatures: the original bytes first, then their hash, then a small picture to look at. */

import { announce } from "../storage/news.js";
import { sha256 } from "../server/digest.js";
import { recordChanged } from "../records/records.js";
import { nameFile, unnameFile } from "../records/naming.js";
import { isEditable } from "../records/record-states.js";
import { saving } from "../storage/saving.js";
import { NotSaved, read, readAll, write } from "../storage/store.js";
import { shrink } from "./thumbs.js";
import { mintId } from "../../lib/ids.js";
import { rfc3339 } from "../../lib/words.js";

const PHOTO_FULL = "照片未保存：手机存储空间已满。文字都在。请清理手机空间，或先上传已完成的记录，再重新拍摄。";

/**
 * Keeps a file, and names it in its record, in one step: at `item`, or at none. A signature is named by who asked for it.
 * Resolves when the original is durable on this phone; its hash and thumbnail are there too.
 * @param {string} recordId
 * @param {{id?: string, file: (Blob & {name?: string})|(ArrayBuffer & {type?: undefined, name?: undefined}), type?: string, filename?: string, item?: string|null,
 *   source: "camera"|"album"|"audio"|"signature"|"layer", takenAt?: string, place?: any, of?: string, marks?: any[]}} given `takenAt`
 *   RFC 3339; `of`, `marks`: of a layer, its photo and what it draws
 * @returns {Promise<any>} the Evidence
 * @throws {NotSaved}
 */
export async function addEvidence(recordId, given) {
  const bytes = given.file instanceof ArrayBuffer ? given.file : await bytesOf(given.file);
  const type = given.type || given.file.type || "application/octet-stream";
  const evidence = {
    id: given.id ?? mintId(), recordId, ownerKind: "observation", source: given.source,
    filename: given.filename || given.file.name || `${given.source}-${Date.now()}.${type.split("/")[1] || "bin"}`, type,
    bytes: bytes.byteLength, sha256: null, takenAt: given.takenAt || rfc3339(), place: given.place || null, state: "kept",
    sentBytes: 0, refusal: null, receipt: null, tries: 0, nextTryAt: 0, addedAt: Date.now(), ...(given.of && { of: given.of, marks: given.marks }),
  };
  // The words of the banner are the same as those of the error: both say what of it is lost.
  await saving(write(["records", "evidence", "blobs"], async (stores) => {
    const record = await stores.records.get(recordId);
    if (!record) throw new NotSaved("未保存：没有找到这条记录。请返回后再试。");
    if (!isEditable(record)) throw new NotSaved("记录已提交，不能再加附件。需要补充请先点“继续修改”。");
    evidence.ownerKind = record.kind;
    await stores.evidence.put(evidence);
    await stores.blobs.put({ id: evidence.id, bytes });
    if (given.source !== "signature" && !given.of) nameFile(record.body, record.kind, evidence.id, given.item || null);
    await stores.records.put(recordChanged(record));
  }, { isLarge: true }).catch((error) => { throw error.full ? new NotSaved(PHOTO_FULL, { cause: error, full: true }) : error; }));
  announce({ type: "evidence", id: evidence.id, recordId });
  // The original is safe. What is still lacking is added before it is sent: a phone that is full now must not call it lost.
  const finished = await finish(evidence.id, bytes).catch(() => evidence);
  announce({ type: "evidence", id: evidence.id, recordId });
  return finished;
}

async function bytesOf(file) {
  try {
    return await file.arrayBuffer();
  } catch (error) {
    throw new NotSaved("照片未保存：手机没有把文件交给本页（可能被系统收回）。请重新选择。", { cause: error });
  }
}

/** Adds what the original lacks: its hash, its thumbnail. Also for one that was interrupted between. */
export async function finish(id, given) {
  const bytes = given || await evidenceBytes(id);
  const digest = await sha256(bytes);
  const evidence = await changeEvidence(id, (kept) => { kept.sha256 = digest; });
  if (evidence && evidence.type.startsWith("image/")) {
    const thumb = await shrink(bytes, evidence.type);
    // Best effort: without a thumbnail the original is shown.
    if (thumb) await write(["thumbs"], ({ thumbs }) => thumbs.put(thumb, id), { isLarge: true }).catch(() => undefined);
  }
  return evidence;
}

/** Reads, changes and writes one Evidence in one step. Gives undefined when it is gone. */
export function changeEvidence(id, change) {
  return write(["evidence"], async ({ evidence }) => {
    const kept = await evidence.get(id);
    if (!kept) return undefined;
    change(kept);
    await evidence.put(kept);
    return kept;
  });
}

/** The files of a record, in the order in which they were taken. @param {string} recordId @returns {Promise<any[]>} */
export async function listEvidence(recordId) {
  const all = await readAll("evidence", { index: "recordId", key: recordId });
  return all.sort((a, b) => (a.addedAt || 0) - (b.addedAt || 0) || (a.id < b.id ? -1 : 1));
}

/** The original. @param {string} id @returns {Promise<ArrayBuffer>} @throws {NotSaved} when it is not on this phone any more */
export async function evidenceBytes(id) {
  const blob = await read("blobs", id);
  if (!blob) throw new NotSaved("原件已不在本机（已送达服务器并过了保留期）。");
  return blob.bytes;
}

/** An address to show, to be given to `URL.revokeObjectURL` when done; the server's own for what came back with a record. */
export async function thumbUrl(id) {
  const [thumb, evidence] = await Promise.all([read("thumbs", id), read("evidence", id)]);
  if (thumb) return URL.createObjectURL(new Blob([thumb], { type: "image/jpeg" }));
  const blob = await read("blobs", id);
  if (blob) return URL.createObjectURL(new Blob([blob.bytes], { type: evidence.type }));
  return (evidence && (evidence.thumbnailUrl || `/api/v1/evidence/${id}/thumbnail`)) || "";
}

/** Sends a refused file once more, for example after the limit was raised. @param {string} id */
export async function retryEvidence(id) {
  const evidence = await changeEvidence(id, (kept) => {
    if (kept.state === "refused") Object.assign(kept, { state: "kept", refusal: null, lastError: null, tries: 0, nextTryAt: 0, sentBytes: 0 });
  });
  if (evidence) announce({ type: "evidence", id, recordId: evidence.recordId });
  return evidence;
}

/** Files it to another item, or to none. @param {string} id @param {string|null} item */
export async function moveEvidence(id, item) {
  return alter(id, (_stores, record) => nameFile(record.body, record.kind, id, item));
}

/** Takes it away from a record that may still be changed. @param {string} id */
export async function removeEvidence(id) {
  return alter(id, async (stores, record) => {
    if (record) unnameFile(record.body, id);
    await stores.evidence.delete(id);
    await stores.blobs.delete(id);
    await stores.thumbs.delete(id);
  });
}

async function alter(id, change) {
  const evidence = await saving(write(["records", "evidence", "blobs", "thumbs"], async (stores) => {
    const kept = await stores.evidence.get(id);
    if (!kept) return undefined;
    const record = await stores.records.get(kept.recordId);
    if (record && !isEditable(record)) throw new NotSaved("记录已提交，附件不能再改。需要修改请先点“继续修改”。");
    await change(stores, record);
    if (record) await stores.records.put(recordChanged(record));
    return kept;
  }));
  if (evidence) announce({ type: "evidence", id, recordId: evidence.recordId });
  return evidence;
}
