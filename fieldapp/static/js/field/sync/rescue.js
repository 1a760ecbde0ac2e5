/** 救援包: what is only on this phone, in one file that an administrator can import. Format: docs/rescue-format.md. */

import { digestOf, sha256 } from "../server/digest.js";
import { bodyToSend } from "../records/attempts.js";
import { itemOf } from "../records/naming.js";
import { hasUnsentWords, stands } from "../records/record-states.js";
import { openRecords, pendingFiles } from "../records/records.js";
import { listEvidence } from "../evidence/evidence.js";
import { receiptsOfUser } from "./receipts.js";
import { currentUser, deviceId } from "../session/session.js";
import { read } from "../storage/store.js";
import { Zip } from "./zip.js";
import { mintId } from "../../lib/ids.js";
import { rfc3339 } from "../../lib/words.js";

export const FORMAT = "fieldapp-rescue-1";

/**
 * Everything of the signed-in user that the server has not acknowledged, with its files and hashes.
 * @returns {Promise<{blob: Blob, filename: string, records: number, files: number}>}
 */
export async function exportRescue() {
  const user = await currentUser();
  if (!user) throw new Error("请先登录（没有网络也可以），再导出自己的记录。");
  const [mine, pending] = await Promise.all([openRecords(user.id), pendingFiles()]);
  const own = new Map(mine.map((record) => [record.id, record]));
  const files = pending.filter((file) => own.has(file.recordId) && stands(own.get(file.recordId)));
  const wanted = mine.filter((record) => hasUnsentWords(record) || files.some((file) => file.recordId === record.id));
  const zip = new Zip();
  /** @type {Record<string, any> & {records: object[], evidence: object[], lost: object[]}} */
  const manifest = {
    format: FORMAT, user: { id: user.id, username: user.username, name: user.name }, device: await deviceId(user.id, mintId),
    made_at: rfc3339(), records: [], evidence: [], lost: [], receipts: await receiptsOfUser(user.id),
  };
  for (const record of wanted) manifest.records.push(await addRecord(zip, record, await listEvidence(record.id)));
  for (const file of files) await addFile(zip, manifest, file, own.get(file.recordId).body);
  zip.add("manifest.json", new TextEncoder().encode(JSON.stringify(manifest, null, 2)));
  const date = manifest.made_at.slice(0, 10);
  return { blob: zip.finish(), filename: `rescue-${user.username}-${date}.zip`, records: manifest.records.length, files: manifest.evidence.length };
}

async function addRecord(zip, record, files) {
  const sent = (record.attempt && record.attempt.sent) || bodyToSend(record, files);
  const { revision = 0, base_revision = 0, ...body } = sent;
  const file = `records/${record.id}.json`;
  const bytes = new TextEncoder().encode(JSON.stringify(sent));
  zip.add(file, bytes);
  return { id: record.id, kind: record.kind, body, revision, base_revision, digest: await digestOf(sent), file, sha256: await sha256(bytes) };
}

async function addFile(zip, manifest, evidence, body) {
  const { id, recordId, ownerKind, source, of, filename, type, takenAt, place } = evidence;
  const blob = await read("blobs", id);
  if (!blob) {
    manifest.lost.push({ id, recordId, filename });
    return;
  }
  const bytes = new Uint8Array(blob.bytes);
  const file = `evidence/${id}`;
  zip.add(file, bytes);
  manifest.evidence.push({ id, recordId, ownerKind, item: itemOf(body, id), source, of, filename, type, sha256: await sha256(bytes), takenAt, place, file });
}
