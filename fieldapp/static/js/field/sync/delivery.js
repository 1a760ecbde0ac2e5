/** Sends one record or one file, and writes down what came of it. */

import { call } from "../server/api.js";
import { changeEvidence, finish } from "../evidence/evidence.js";
import { freeze, hasRevisions } from "../records/attempts.js";
import { move } from "../records/record-states.js";
import { announce } from "../storage/news.js";
import { covers, isGenuine, keepReceipt } from "./receipts.js";
import { read, write } from "../storage/store.js";
import { upload } from "./tus.js";
import { backoffMs, CAPTIVE, judge } from "./verdicts.js";

const ADDRESSES = {
  observation: (id) => `/api/v1/observations/${id}`, interview: (id) => `/api/v1/interviews/${id}`, visit: (id) => `/api/v1/visits/${id}`,
  binding: (id) => `/api/v1/slips/${id}/binding`,
};
const NOT_ALLOWED_PAUSE_MS = 15 * 60 * 1000;

/**
 * Sends the record's words.
 * @param {any} due the Record
 * @param {string} device
 * @returns {Promise<import("./verdicts.js").Verdict & {retryAfterMs?: number|null}>}
 */
export async function sendRecord(due, device) {
  const record = await freeze(due.id);
  if (!record || !record.attempt) return { is: "later", words: "", everyone: false, errors: [] };
  const { sent, digest, revision, sequence } = record.attempt;
  announce({ type: "record", id: record.id, kind: record.kind });
  const headers = { "X-Device-Id": device, ...(sequence ? { "X-Device-Sequence": String(sequence) } : {}) };
  const answer = await call("PUT", ADDRESSES[record.kind](record.id), { json: sent, headers, timeoutMs: 45000, as: record.userId });
  const stored = hasRevisions(record) ? await isReceipt(answer, { id: record.id, kind: record.kind, revision, digest })
    : isNamed(answer, record.id);
  const verdict = judge(answer, { stored });
  await settle(record, verdict, answer);
  announce({ type: "record", id: record.id, kind: record.kind });
  return { ...verdict, retryAfterMs: answer.retryAfterMs };
}

async function isReceipt(answer, sent) {
  const receipt = answer.json && answer.json.receipt;
  return answer.ours && covers(receipt, sent) && (await isGenuine(receipt)) !== false;
}

/** What has no receipt is acknowledged by its id. */
function isNamed(answer, id) {
  const { id: given, visit, slip, receipt } = answer.json || {};
  return answer.ours && [given, ...[visit, slip, receipt].map((one) => one && one.id)].includes(id);
}

function settle(record, verdict, answer) {
  const { attempt } = record;
  return write(["records", "receipts"], async ({ records, receipts }) => {
    const kept = await records.get(record.id);
    if (!kept) return;
    if (verdict.is === "stored") await noteStored(kept, attempt, answer.json, receipts);
    else noteRefusal(kept, attempt, verdict, answer);
    await records.put(kept);
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
  const final = !hasRevisions(kept) || attempt.sent.state === "submitted";
  if (final && kept.changes === attempt.changes) Object.assign(move(kept, "stored"), { review: null, serverState: "submitted" });
  else move(kept, "later");
}

function noteRefusal(kept, attempt, verdict, answer) {
  const wasDraft = kept.state === "draft";
  const unsent = () => Object.assign(kept, { attempt: null, unusedSequence: attempt.sequence });
  const at = Date.now();
  // which slip was shown where cannot be chosen afterwards: a binding that contradicts another is refused, in words
  const outcome = verdict.is === "conflict" && kept.kind === "binding" ? "refused" : verdict.is;
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
      kept.nextTryAt = at + (verdict.is === "permission" ? NOT_ALLOWED_PAUSE_MS : backoffMs(kept.tries, answer.retryAfterMs));
      move(kept, "later");
  }
}

/**
 * Sends one file.
 * @param {any} due the Evidence
 * @param {string} userId whose receipt it will be
 * @param {(sent: number) => void} onSent bytes that the server has confirmed
 * @returns {Promise<import("./verdicts.js").Verdict & {retryAfterMs?: number|null}>}
 */
export async function sendEvidence(due, userId, onSent) {
  const blob = await read("blobs", due.id);
  if (!blob) return lost(due.id);
  const evidence = due.sha256 ? due : await finish(due.id, blob.bytes);
  const answer = await upload(evidence, blob.bytes, { as: userId, onSent });
  const stored = await isReceipt(answer, { id: evidence.id, kind: "evidence", revision: 1, digest: evidence.sha256 });
  const verdict = judge(answer, { stored, evidence: true });
  await write(["evidence", "receipts"], async (stores) => {
    const kept = await stores.evidence.get(evidence.id);
    if (!kept) return;
    noteEvidence(kept, verdict, answer);
    if (stored) await keepReceipt(stores.receipts, answer.json.receipt, userId);
    await stores.evidence.put(kept);
  });
  announce({ type: "evidence", id: evidence.id, recordId: evidence.recordId });
  return { ...verdict, retryAfterMs: answer.retryAfterMs };
}

function noteEvidence(kept, verdict, answer) {
  const at = Date.now();
  if (verdict.is === "stored") {
    Object.assign(kept, { state: "receipted", receipt: answer.json.receipt, sentBytes: kept.bytes, refusal: null, lastError: null, receiptedAt: at });
  } else if (verdict.is === "refused" || verdict.is === "locked") {
    Object.assign(kept, { state: "refused", refusal: { title: verdict.words, errors: verdict.errors, at }, lastError: verdict.words });
  } else {
    const tries = (kept.tries || 0) + 1;
    const pause = verdict.is === "permission" ? NOT_ALLOWED_PAUSE_MS : backoffMs(tries, answer.retryAfterMs);
    Object.assign(kept, { state: "kept", tries, nextTryAt: at + pause, lastError: verdict.words || CAPTIVE, sentBytes: kept.sentBytes || 1 });
  }
}

/** @returns {Promise<import("./verdicts.js").Verdict>} */
async function lost(id) {
  const words = "原件不在本机（浏览器清除了数据），无法上传。请重新拍摄。";
  await changeEvidence(id, (kept) => { Object.assign(kept, { state: "refused", refusal: { title: words, errors: [], at: Date.now() } }); });
  return { is: "refused", words, everyone: false, errors: [] };
}
