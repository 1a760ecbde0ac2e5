/** 临时监督 that was opened by mistake: taken back by the phone that opened it, as long as nothing of it was submitted. */

import { plain } from "../server/digest.js";
import { discardRecord } from "./discarding.js";
import { discardWay, may, move, stands } from "./record-states.js";
import { recordChanged, step } from "./records.js";
import { recordNews } from "../storage/saving.js";
import { read, write } from "../storage/store.js";

const ofVisit = (records, id) => records.filter((record) => record.kind !== "visit" && record.body.visit === id && stands(record));

/**
 * The drafts that go when this visit is cancelled; null when it cannot be: not opened by this phone, something of it is more than a
 * draft, or a slip was shown at it.
 * @param {FieldRecord[]} records all of the signed-in user @param {string} id of the visit @returns {FieldRecord[]|null}
 */
export function draftsToGo(records, id) {
  const visit = records.find((record) => record.kind === "visit" && record.id === id);
  if (!visit || visit.body.cancelled || !may(visit, "cancel")) return null;
  const own = ofVisit(records, id);
  return own.every(discardWay) ? own : null;
}

/** Cancels a visit and discards its drafts. @param {FieldRecord[]} records as for draftsToGo @param {string} id @param {string} reason */
export async function cancelVisit(records, id, reason) {
  for (const draft of draftsToGo(records, id) ?? []) await discardRecord(draft.id, reason);
  const visit = await read("records", id);
  if (!visit.baseRevision && !visit.attempt) { // nobody else has heard of it
    await write(["records"], (stores) => stores.records.delete(id));
    recordNews(visit);
    return;
  }
  await step(id, (record) => {
    record.body = plain({ ...record.body, cancelled: true, ...(reason ? { cancelled_reason: reason } : {}) });
    Object.assign(move(recordChanged(record), "cancel"), { tries: 0, nextTryAt: 0, lastError: null, settledAt: null });
  });
}

/**
 * A pack that was asked for after a visit had been cancelled lists it all the same: somebody has submitted something of it, and it goes on.
 * Within the caller's transaction.
 * @param {any} records the store @param {{id: string, is_ad_hoc?: boolean, cancelled?: boolean}} said @param {number} askedAt
 */
export async function noteReopened(records, said, askedAt) {
  const record = said.is_ad_hoc && !said.cancelled ? await records.get(said.id) : null;
  if (!record?.body.cancelled || record.state !== "receipted" || record.sentAt >= askedAt) return;
  await records.put({ ...record, body: uncancelled(record.body) });
}

function uncancelled({ cancelled: _, cancelled_reason: __, ...body }) {
  return body;
}

/** The server did not let it be cancelled, for somebody has submitted something: it goes on. @param {string} id */
export function goOn(id) {
  return step(id, (record) => {
    Object.assign(move(recordChanged(record), "accept"), { body: uncancelled(record.body), sentChanges: record.changes, refusal: null, lastError: null });
  });
}
