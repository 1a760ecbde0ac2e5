/** One record on this phone: read, changed in one step, and given to whoever shows it. */

import { elapsedSince, mark, measuredOffset } from "../server/clock.js";
import { recordNews, saving } from "../storage/saving.js";
import { NotSaved, read, readAll, write } from "../storage/store.js";

const versions = new Map(); // a published checklist version never changes

/** The record with its checklist version as it was when it was begun; null in `checklist` without one. @param {any} record */
export async function withChecklist(record) {
  const { versionId } = record;
  if (versionId && !versions.has(versionId)) {
    const version = await read("versions", versionId);
    if (version) versions.set(versionId, version);
  }
  return { ...record, checklist: versions.get(versionId) || null };
}

/** What is open on this phone, everybody's or one user's: all that the server does not surely hold yet. @param {string} [userId] */
export function openRecords(userId) {
  return readAll("records", { index: "open", key: userId });
}

/** The files of this phone that the server has not acknowledged, whosever they are. @returns {Promise<any[]>} */
export const pendingFiles = () => readAll("evidence", { index: "pending" });

/** The same record, marked as having news for the server. */
export function recordChanged(record) {
  record.changes += 1;
  delete record.blank;
  record.updatedAt = Date.now();
  record.nextTryAt = 0;
  record.clockMark = mark(elapsedSince(record.id, record.clockMark));
  if (record.kind !== "visit" && record.baseRevision === 0 && measuredOffset() !== null) record.body.clock_offset_ms = measuredOffset();
  return record;
}

/**
 * Reads, changes and writes one record in one step; resolves when it is durable. `change` may throw NotSaved; what it gives goes
 * with the news.
 * @param {string} id @param {(record: any) => ({why?: "edit", same?: boolean}|void)} change
 */
export async function step(id, change) {
  let more;
  const record = await saving(write(["records"], async ({ records }) => {
    const kept = await records.get(id);
    if (!kept) throw new NotSaved("未保存：没有找到这条记录。请返回后再试。");
    more = change(kept) || {};
    await records.put(kept);
    return kept;
  }));
  recordNews(record, more);
  return withChecklist(record);
}
