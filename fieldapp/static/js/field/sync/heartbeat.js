/** After a sync: reports this phone, proves what the server once acknowledged, and lets go of what has been safe for a week. */

import { call } from "../server/api.js";
import { hasUnsentWords, isUnsentFile } from "../records/record-states.js";
import { summary } from "../records/outbox.js";
import { lastReceipts } from "./receipts.js";
import { changeMeta, read, readAll, storageState, write } from "../storage/store.js";
import { appVersion } from "../storage/worker.js";

const KEPT_AFTER_MS = 7 * 24 * 3600 * 1000;
const ALARM = "服务器缺少曾确认收到的记录，正在重新上传。请告知管理员。";

/**
 * The heartbeat. A receipt that the server does not know any more raises an alarm, and what it covered is sent again.
 * @param {any} user
 * @param {string} device
 * @returns {Promise<{ok: boolean, alarm: string|null, answer: any}>}
 */
export async function report(user, device) {
  const [counts, files, records, newest, storage, version, sequence] = await Promise.all([
    summary(), readAll("evidence"), readAll("records"), lastReceipts(user.id), storageState(), appVersion(), read("meta", `sequence:${user.id}`)]);
  const mine = new Set(records.filter((record) => record.userId === user.id).map((record) => record.id));
  const ripe = ripeRecords(user.id, records, files);
  const shown = new Map(newest.map((receipt) => [receipt.id, receipt]));
  for (const { record, own } of ripe) for (const kept of [record, ...own]) if (kept.receipt) shown.set(kept.id, kept.receipt);
  const receipts = [...shown.values()];
  const answer = await call("PUT", `/api/v1/devices/${device}`, { as: user.id, json: {
    unsent_records: records.filter((record) => mine.has(record.id) && hasUnsentWords(record)).length,
    unsent_files: files.filter((file) => mine.has(file.recordId) && isUnsentFile(file)).length,
    oldest_unsent_at: counts.oldestUnsentAt ? new Date(counts.oldestUnsentAt).toISOString() : null,
    app_version: version, highest_sequence: sequence || 0, storage, receipts,
  } });
  const ok = answer.status === 200 && answer.ours && Array.isArray(answer.json.missing);
  if (!ok) return { ok, alarm: null, answer };
  const { missing } = answer.json;
  if (missing.length) await sendAgain(missing);
  await changeMeta("alarm", () => (missing.length ? ALARM : null));
  if (!missing.length) await letGo(ripe);
  return { ok, alarm: missing.length ? ALARM : null, answer };
}

async function sendAgain(missing) {
  for (const id of missing) {
    const record = await read("records", id);
    const base = record ? await storedRevision(record) : 0;
    await write(["records", "evidence"], async ({ records, evidence }) => {
      const kept = await records.get(id);
      if (kept && base !== null) {
        Object.assign(kept, { baseRevision: base, attempt: null, changes: kept.changes + 1, tries: 0, nextTryAt: 0, settledAt: null });
        if (kept.state === "receipted") kept.state = "waiting";
        await records.put(kept);
      }
      const file = await evidence.get(id);
      if (file && !file.remote) await evidence.put({ ...file, state: "kept", sentBytes: 0, receipt: null, nextTryAt: 0 });
    });
  }
}

/** The revision that the server still has; 0 for none, null when it did not say. */
async function storedRevision(record) {
  const answer = await call("GET", `/api/v1/${record.kind}s/${record.id}`);
  if (answer.status === 404 && answer.ours) return 0;
  return answer.status === 200 && answer.ours && Number.isInteger(answer.json.revision) ? answer.json.revision : null;
}

/** Records of this user that have been whole on the server for a week and still have their originals here; ten at a time. */
function ripeRecords(userId, records, evidence) {
  const before = Date.now() - KEPT_AFTER_MS;
  return records.filter((record) => record.userId === userId && record.state === "receipted" && !record.settledAt && record.sentAt < before)
    .map((record) => ({ record, own: evidence.filter((file) => file.recordId === record.id && !file.remote) }))
    .filter(({ own }) => own.every((file) => file.state === "receipted" && file.receiptedAt < before)).slice(0, 10);
}

/** Drops the originals, not the words, receipts and thumbnails, now that the server has shown that it still holds them. */
async function letGo(ripe) {
  for (const { record, own } of ripe) {
    await write(["records", "blobs"], async ({ records, blobs }) => {
      const kept = await records.get(record.id);
      if (!kept || kept.state !== "receipted" || kept.changes !== record.changes) return;
      for (const file of own) await blobs.delete(file.id);
      await records.put({ ...kept, settledAt: Date.now() });
    });
  }
}
