/** After a sync: reports this phone, proves what the server once acknowledged, and lets go of what has been safe for long enough. */

import { call } from "../server/api.js";
import { keepKey } from "../session/certificate-key.js";
import { countsOf } from "../records/outbox.js";
import { hasUnsentWords, may, move } from "../records/record-states.js";
import { storageState } from "../storage/quota-reserve.js";
import { read, readAll, write } from "../storage/store.js";
import { appVersion } from "../storage/worker.js";
import { lastReceipts } from "./receipts.js";

const ORIGINALS_KEPT_MS = 7 * 24 * 3600 * 1000;
const TIDY_MS = 3600 * 1000;
const AT_ONCE = 10;
const ALARM = "服务器缺少曾确认收到的记录，正在重新上传。请告知管理员。";
// What a list still says of a record whose body has gone.
const KEPT_OF_BODY = ["visit", "state", "started_at", "ended_at", "level", "refused"];
let tidyAt = 0;
let told = { userId: "", through: 0 }; // up to when this user's erasures have been done here

/**
 * The heartbeat. A receipt that the server does not know any more raises an alarm, and what it covered is sent again.
 * @param {any} user
 * @param {string} device
 * @param {{records: any[], files: any[]}} kept the user's open records and pending files
 * @returns {Promise<{ok: boolean, alarm: string|null, answer: any}>}
 */
export async function report(user, device, kept) {
  const [newest, storage, version, sequence, ripe, old] = await Promise.all([
    lastReceipts(user.id), storageState(), appVersion(), read("meta", `sequence:${user.id}`), ripeRecords(kept.records), oldBodies(user.id)]);
  if (told.userId !== user.id) told = { userId: user.id, through: (await read("meta", `erased:${user.id}`)) ?? 0 };
  // Of one id the last that was given: an earlier one says nothing of what came after, and where a server that was set back has taken
  // the record anew it is not held any more. Sequences begin again there, times do not.
  const inTime = [...newest].sort((a, b) => Date.parse(a.received_at) - Date.parse(b.received_at));
  const shown = new Map(inTime.map((receipt) => [receipt.id, receipt]));
  const proven = [...ripe.flatMap(({ record, own }) => [record, ...own]), ...old];
  for (const { id, receipt } of proven) if (receipt) shown.set(id, receipt);
  const { oldestUnsentAt } = countsOf(kept.records, kept.files);
  const answer = await call("PUT", `/api/v1/devices/${device}`, { as: user.id, json: {
    unsent_records: kept.records.filter(hasUnsentWords).length, unsent_files: kept.files.length,
    oldest_unsent_at: oldestUnsentAt ? new Date(oldestUnsentAt).toISOString() : null,
    app_version: version, highest_sequence: sequence || 0, storage, receipts: [...shown.values()], erased_after: told.through,
  } });
  const ok = answer.status === 200 && answer.ours && Array.isArray(answer.json.missing);
  if (!ok) return { ok, alarm: null, answer };
  const { missing, certificate, erased, erased_through: through } = answer.json;
  await keepKey(user.id, device, certificate);
  if (erased?.length) await erase(erased, { userId: user.id, through }).catch(console.warn);
  if (missing.length) await sendAgain(missing);
  else await letGo(ripe, old);
  return { ok, alarm: missing.length ? ALARM : null, answer };
}

/** @param {string[]} ids @param {{userId: string, through: number}} asked */
async function erase(ids, asked) {
  await (await import("./erasing.js")).eraseHere(ids, asked);
  told = asked;
}

async function sendAgain(missing) {
  for (const id of missing) {
    const record = await read("records", id);
    const base = record && !record.bodyGone ? await storedRevision(record) : null;
    await write(["records", "evidence"], async ({ records, evidence }) => {
      const kept = await records.get(id);
      if (kept && base !== null) {
        Object.assign(kept, { baseRevision: base, attempt: null, changes: kept.changes + 1, tries: 0, nextTryAt: 0, settledAt: null });
        await records.put(move(kept, "lost"));
      }
      const file = await evidence.get(id);
      if (!file || file.remote) return;
      await evidence.put({ ...file, state: "kept", sentBytes: 0, receipt: null, nextTryAt: 0 });
      const whose = await records.get(file.recordId);
      if (whose) await records.put({ ...whose, settledAt: null });
    });
  }
}

/** The revision that the server still has; 0 for none, null when it did not say. */
async function storedRevision(record) {
  const answer = await call("GET", `/api/v1/${record.kind}s/${record.id}`);
  if (answer.status === 404 && answer.ours) return 0;
  return answer.status === 200 && answer.ours && Number.isInteger(answer.json.revision) ? answer.json.revision : null;
}

/** Records that have been whole on the server for a week and still have their originals here; ten at a time. */
async function ripeRecords(open) {
  const before = Date.now() - ORIGINALS_KEPT_MS;
  const found = [];
  for (const record of open.filter((one) => may(one, "lost") && one.sentAt < before)) {
    if (found.length === AT_ONCE) break;
    const own = (await readAll("evidence", { index: "recordId", key: record.id })).filter((file) => !file.remote);
    if (own.every((file) => file.state === "receipted" && file.receiptedAt < before)) found.push({ record, own });
  }
  return found;
}

/** Delivered and settled records of this user whose bodies have been kept for 30 days; looked for once an hour. */
async function oldBodies(userId) {
  if (Date.now() < tidyAt) return [];
  tidyAt = Date.now() + TIDY_MS;
  const old = await readAll("records", { index: "bodyUntil", key: IDBKeyRange.upperBound(Date.now()), most: AT_ONCE });
  if (old.length === AT_ONCE) tidyAt = 0;
  return old.filter((record) => record.userId === userId);
}

/** Drops originals, and after 30 days bodies, never receipts, now that the server has shown that it still holds them. */
async function letGo(ripe, old) {
  for (const { record, own } of ripe) {
    await write(["records", "blobs"], async ({ records, blobs }) => {
      const kept = await records.get(record.id);
      if (!kept || !may(kept, "lost") || kept.changes !== record.changes) return;
      for (const file of own) await blobs.delete(file.id);
      await records.put({ ...kept, settledAt: Date.now() });
    });
  }
  for (const { id, changes } of old) {
    await write(["records"], async ({ records }) => {
      const kept = await records.get(id);
      if (!kept || !kept.settledAt || kept.changes !== changes) return;
      const body = Object.fromEntries(KEPT_OF_BODY.filter((name) => name in kept.body).map((name) => [name, kept.body[name]]));
      await records.put({ ...kept, body, setAside: [], signed: {}, bodyGone: true });
    });
  }
}
