/** Sends the words of one record, the first time with its small files, and writes down what came of it. */

import { call } from "../server/api.js";
import { freeze, hasRevisions } from "../records/attempts.js";
import { dropSounds, dropUnsent, FILES, goneThere } from "../records/discarding.js";
import { move } from "../records/record-states.js";
import { announce } from "../storage/news.js";
import { write } from "../storage/store.js";
import { answersOfFiles, filesAlong, sendBundle } from "./bundle.js";
import { erased, noteOutcome, outcomeOf } from "./file-delivery.js";
import { acknowledges, keepReceipt } from "./receipts.js";
import { judge, pauseMs } from "../server/verdicts.js";

const ADDRESSES = {
  observation: (id) => `/api/v1/observations/${id}`, interview: (id) => `/api/v1/interviews/${id}`, visit: (id) => `/api/v1/visits/${id}`,
  confirmation: (id) => `/api/v1/confirmations/${id}`, binding: (id) => `/api/v1/slips/${id}/binding`,
};

/**
 * Sends the record's words.
 * @param {any} due the Record
 * @param {string} device
 * @param {import("./bundle.js").Room} room for the files that may go along
 * @returns {Promise<import("../server/verdicts.js").Verdict & {retryAfterMs?: number|null}>}
 */
export async function sendRecord(due, device, room) {
  const record = await freeze(due.id);
  if (!record || !record.attempt) return { is: "later", words: "", everyone: false, errors: [] };
  const { sent, digest, revision, sequence } = record.attempt;
  announce({ type: "record", id: record.id, kind: record.kind });
  const headers = { "X-Device-Id": device, ...(sequence ? { "X-Device-Sequence": String(sequence) } : {}) };
  const address = ADDRESSES[record.kind](record.id);
  const along = await filesAlong(record, room);
  const answer = (along.length && await sendBundle(address, record, along, headers))
    || await call("PUT", address, { json: sent, headers, timeoutMs: 45000, as: record.userId });
  const stored = hasRevisions(record) ? await acknowledges(answer, { id: record.id, kind: record.kind, revision, digest })
    : isNamed(answer, record.id);
  const verdict = judge(answer, { stored });
  if (verdict.is === "erased") return erased(record.id, verdict);
  const files = stored ? await Promise.all(answersOfFiles(answer, along).map(([one, its]) => outcomeOf(one, its))) : [];
  const filed = verdict.is === "locked" && sent.state === "draft" ? await filedElsewhere(record, address) : null;
  await settle(record, verdict, answer, files, filed);
  if (verdict.is === "stored" && sent.state === "discarded") await dropSounds(record.id);
  announce({ type: "record", id: record.id, kind: record.kind });
  for (const { evidence } of files) announce({ type: "evidence", id: evidence.id, recordId: record.id });
  return { ...verdict, retryAfterMs: answer.retryAfterMs };
}

/** A draft with which another phone has gone on until it was submitted: what the server has of it. Null for none. */
async function filedElsewhere({ baseRevision, review }, address) {
  const { status, ours, json } = await call("GET", address);
  const isFiled = status === 200 && ours && ["submitted", "approved"].includes(json.state);
  return isFiled && !review && json.revision > baseRevision ? json : null;
}

/** What has no receipt is acknowledged by its id. */
function isNamed(answer, id) {
  const { id: given, visit, slip, receipt } = answer.json || {};
  return answer.ours && [given, ...[visit, slip, receipt].map((one) => one && one.id)].includes(id);
}

function settle(record, verdict, answer, files, filed) {
  const { attempt } = record;
  const isGoing = record.body.state === "discarded";
  return write(["records", "receipts", "evidence", ...(isGoing ? FILES : [])], async (stores) => {
    for (const one of files) await noteOutcome(stores, one, record.userId);
    const kept = await stores.records.get(record.id);
    if (!kept) return;
    if (verdict.is === "stored") await noteStored(kept, attempt, answer.json, stores.receipts);
    else noteRefusal(kept, attempt, verdict, answer, filed);
    await stores.records.put(kept);
    if (isGoing && kept.state === "discarded") await dropUnsent(stores, kept.id);
  });
}

async function noteStored(kept, attempt, json, receipts) {
  Object.assign(kept, {
    attempt: null, unusedSequence: null, sentChanges: attempt.changes, tries: 0, nextTryAt: 0, lastError: null, refusal: null,
    revision: attempt.revision, baseRevision: attempt.revision || 1, number: json.number || kept.number, sentAt: Date.now(),
  });
  if (json.receipt) {
    kept.receipt = json.receipt;
    await keepReceipt(receipts, json.receipt, kept.userId);
  }
  const { state = "submitted" } = attempt.sent; // visits and bindings are said once, and have none
  if (state !== "draft" && kept.changes === attempt.changes) Object.assign(move(kept, "stored"), { review: null, reviewed: null, serverState: state });
  else move(kept, "later");
}

function noteRefusal(kept, attempt, verdict, answer, filed) {
  const wasDraft = kept.state === "draft";
  const unsent = () => Object.assign(kept, { attempt: null, unusedSequence: attempt.sequence });
  const at = Date.now();
  // which slip was shown where cannot be chosen afterwards: a binding that contradicts another is refused, in words
  const outcome = verdict.is === "conflict" && kept.kind === "binding" ? "refused" : verdict.is;
  if (outcome === "locked" && String(answer.json?.type).endsWith("/discarded")) {
    unsent();
    if (kept.body.state === "discarded") Object.assign(move(kept, "gone"), { serverState: "discarded" }); // both phones say so
    else goneThere(kept);
    return;
  }
  if (["locked", "refused"].includes(outcome) && kept.body.state === "discarded" && attempt.sent.state === "draft") {
    unsent(); // what it was before it was thrown away need not fit any more
    return;
  }
  if (filed && wasDraft) {
    unsent(); // nothing goes on top of it: a person reads both, and this phone keeps its words
    Object.assign(move(kept, "conflict"), { conflict: { stored: filed, digest: filed.digest, at } });
    return;
  }
  switch (outcome) {
    case "conflict":
      unsent();
      Object.assign(move(kept, "conflict"), { conflict: { stored: answer.json.stored || null, digest: answer.json.digest || null, at } });
      break;
    case "refused":
    case "locked":
      unsent();
      Object.assign(kept, { refusal: { title: verdict.words, errors: verdict.errors, at, locked: verdict.is === "locked" }, lastError: verdict.words });
      if (wasDraft && outcome === "refused") kept.sentChanges = attempt.changes; // tried again after the next change
      else move(kept, outcome);
      break;
    default:
      kept.tries += 1;
      kept.lastError = verdict.words || null;
      kept.nextTryAt = at + pauseMs(verdict, kept.tries, answer.retryAfterMs);
      move(kept, "later");
  }
}
