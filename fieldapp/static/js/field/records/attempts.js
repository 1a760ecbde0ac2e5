/**
 * What is about to be sent is frozen first and kept: a retry sends the same bytes under the same number, also after a restart, and
 * changes made meanwhile become the next revision.
 */

import { digestOf, plain } from "../server/digest.js";
import { nameLeft } from "./naming.js";
import { move } from "./record-states.js";
import { read, readAll, write } from "../storage/store.js";

/**
 * The record's next sending; the one on its way when its outcome is not known yet.
 * @param {string} id
 * @returns {Promise<any|null>} the Record with `attempt` {sent, digest, revision, changes, sequence}; null when it is gone
 */
export async function freeze(id) {
  const [record, files] = await Promise.all([read("records", id), readAll("evidence", { index: "recordId", key: id })]);
  if (!record) return null;
  if (record.attempt) return record;
  const sent = bodyToSend(record, files);
  const digest = await digestOf(sent);
  return write(["records", "meta"], async ({ records, meta }) => {
    const kept = await records.get(id);
    if (!kept || kept.changes !== record.changes) return kept && { ...kept, attempt: null };
    const key = `sequence:${kept.userId}`;
    let sequence = kept.unusedSequence || null;
    if (!sequence && hasRevisions(kept)) {
      sequence = ((await meta.get(key)) || 0) + 1;
      await meta.put(sequence, key);
    }
    kept.attempt = { sent, digest, revision: sent.revision || 0, changes: kept.changes, sequence };
    move(kept, "send");
    await records.put(kept);
    return kept;
  });
}

/**
 * The JSON of the PUT: the body with its revision, and no file of the record left out.
 * @param {any} record
 * @param {any[]} files its evidence
 */
export function bodyToSend(record, files) {
  const body = plain(record.body);
  if (!hasRevisions(record)) return body;
  if (record.kind === "observation") body.answers ??= {};
  nameLeft(body, record, files);
  return { ...body, revision: record.baseRevision + 1, base_revision: record.baseRevision };
}

/** Ad-hoc visits and bindings of slips are said once: the server numbers no revisions of them, and gives no receipt. */
export function hasRevisions(record) {
  return ["observation", "interview", "confirmation"].includes(record.kind);
}
