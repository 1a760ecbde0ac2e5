/**
 * What is about to be sent is frozen first and kept: a retry sends the same bytes under the same number, also after a restart, and
 * changes made meanwhile become the next revision.
 */

import { digestOf, plain } from "../server/digest.js";
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
 * The JSON of the PUT: the body with its revision, and with each file named where it belongs.
 * @param {any} record
 * @param {any[]} files its evidence
 */
export function bodyToSend(record, files) {
  const body = plain(record.body);
  if (!hasRevisions(record)) return body;
  const named = record.kind === "observation" ? nameInObservation(body, files) : nameInInterview(body, files);
  return { ...named, revision: record.baseRevision + 1, base_revision: record.baseRevision };
}

/** Ad-hoc visits and bindings of slips are said once: the server numbers no revisions of them, and gives no receipt. */
export function hasRevisions(record) {
  return record.kind === "observation" || record.kind === "interview";
}

function nameInObservation(body, files) {
  const inTimeline = new Set((body.timeline || []).flatMap((entry) => entry.evidence || []));
  const answers = body.answers || {};
  const unfiled = new Set(body.unfiled_evidence || []);
  for (const { id, item, source } of files) {
    if (source === "signature" || inTimeline.has(id)) continue;
    const answer = item && answers[item];
    if (answer) answer.evidence = [...new Set([...(answer.evidence || []), id])];
    if (answer) unfiled.delete(id);
    else unfiled.add(id);
  }
  if (unfiled.size) body.unfiled_evidence = [...unfiled];
  else delete body.unfiled_evidence;
  return { ...body, answers };
}

function nameInInterview(body, files) {
  const others = files.filter((file) => file.source !== "signature").map((file) => file.id);
  return { ...body, recordings: [...new Set([...(body.recordings || []), ...others])] };
}

/** `body` without any mention of the file `id`: what removing or moving it leaves. */
export function withoutEvidence(body, id) {
  const drop = (list) => list.filter((other) => other !== id);
  for (const answer of Object.values(body.answers || {})) if (answer.evidence) answer.evidence = drop(answer.evidence);
  for (const name of ["unfiled_evidence", "recordings"]) if (body[name]) body[name] = drop(body[name]);
  for (const entry of body.timeline || []) if (entry.evidence) entry.evidence = drop(entry.evidence);
  for (const holder of [body, body.signatures ?? {}]) {
    for (const [place, given] of Object.entries(holder)) if (given?.evidence === id) holder[place] = null;
  }
  return body;
}
