/** Sends one file by itself, and writes down what came of it: also of one that went with its record. */

import { changeEvidence, finish } from "../evidence/evidence.js";
import { announce } from "../storage/news.js";
import { read, write } from "../storage/store.js";
import { acknowledges, keepReceipt } from "./receipts.js";
import { wantsCopy } from "./originals.js";
import { upload } from "./tus.js";
import { CAPTIVE, judge, pauseMs } from "../server/verdicts.js";

/**
 * @typedef {object} Outcome
 * @property {any} evidence
 * @property {import("../server/api.js").Answer} answer
 * @property {import("../server/verdicts.js").Verdict} verdict
 */

/**
 * Sends one file; of a large photo its small copy first, and at the next call the original.
 * @param {any} due the Evidence
 * @param {string} userId whose receipt it will be
 * @param {(sent: number) => void} onSent bytes that the server has confirmed
 * @returns {Promise<import("../server/verdicts.js").Verdict & {retryAfterMs?: number|null}>}
 */
export async function sendEvidence(due, userId, onSent) {
  const [blob, record] = await Promise.all([read("blobs", due.id), read("records", due.recordId)]);
  if (!blob) return lost(due.id);
  if (wantsCopy(due)) return sendCopy(due, blob.bytes, { as: userId, body: record?.body });
  const evidence = due.sha256 ? due : await finish(due.id, blob.bytes);
  const answer = await upload(evidence, blob.bytes, { as: userId, body: record?.body, onSent });
  const outcome = await outcomeOf(evidence, answer);
  if (outcome.verdict.is === "erased") return erased(due.id, outcome.verdict);
  await write(["evidence", "receipts"], (stores) => noteOutcome(stores, outcome, userId));
  announce({ type: "evidence", id: evidence.id, recordId: evidence.recordId });
  return { ...outcome.verdict, retryAfterMs: answer.retryAfterMs };
}

/**
 * A copy that nobody wants, or that cannot be made, is no fault: the original goes, with or without it.
 * @returns {Promise<import("../server/verdicts.js").Verdict & {retryAfterMs?: number|null}>}
 */
async function sendCopy(photo, bytes, { as, body }) {
  const maker = await import("../evidence/copies.js").catch(() => null); // of a pack: not here yet, the originals go alone
  const copy = maker && await maker.copyOf(photo, bytes);
  const answer = copy && await upload(copy.file, copy.bytes, { as, body, onSent: () => undefined });
  const verdict = answer && (await outcomeOf(copy.file, answer)).verdict;
  if (verdict?.is === "erased") return erased(photo.id, verdict);
  const isLater = verdict && !["stored", "refused", "locked", "conflict"].includes(verdict.is);
  await changeEvidence(photo.id, (kept) => {
    if (!isLater) kept.isCopied = true;
    else Object.assign(kept, { tries: (kept.tries || 0) + 1, nextTryAt: Date.now() + pauseMs(verdict, kept.tries || 1, answer.retryAfterMs) });
  });
  announce({ type: "evidence", id: photo.id, recordId: photo.recordId });
  return isLater ? { ...verdict, retryAfterMs: answer.retryAfterMs } : { is: "stored", words: "", everyone: false, errors: [] };
}

/** Deletes what the server says was erased by law. @param {string} id @param {import("../server/verdicts.js").Verdict} verdict */
export async function erased(id, verdict) {
  await (await import("./erasing.js")).eraseHere([id]);
  return verdict;
}

/** What an answer means for one file. @param {any} evidence @param {import("../server/api.js").Answer} answer @returns {Promise<Outcome>} */
export async function outcomeOf(evidence, answer) {
  const stored = await acknowledges(answer, { id: evidence.id, kind: "evidence", revision: 1, digest: evidence.sha256 });
  return { evidence, answer, verdict: judge(answer, { stored, evidence: true }) };
}

/** Notes it on the file, inside the caller's transaction over `evidence` and `receipts`. @param {any} stores @param {Outcome} outcome @param {string} userId */
export async function noteOutcome(stores, { evidence, answer, verdict }, userId) {
  const kept = await stores.evidence.get(evidence.id);
  if (!kept) return;
  noteEvidence(kept, verdict, answer);
  if (verdict.is === "stored") await keepReceipt(stores.receipts, answer.json.receipt, userId);
  await stores.evidence.put(kept);
}

function noteEvidence(kept, verdict, answer) {
  const at = Date.now();
  if (verdict.is === "stored") {
    Object.assign(kept, { state: "receipted", receipt: answer.json.receipt, sentBytes: kept.bytes, refusal: null, lastError: null, receiptedAt: at });
  } else if (verdict.is === "refused" || verdict.is === "locked") {
    Object.assign(kept, { state: "refused", refusal: { title: verdict.words, errors: verdict.errors, at }, lastError: verdict.words });
  } else {
    const tries = (kept.tries || 0) + 1;
    const nextTryAt = at + pauseMs(verdict, tries, answer.retryAfterMs);
    Object.assign(kept, { state: "kept", tries, nextTryAt, lastError: verdict.words || CAPTIVE, sentBytes: kept.sentBytes || 1 });
  }
}

/** @returns {Promise<import("../server/verdicts.js").Verdict>} */
async function lost(id) {
  const words = "原件不在本机（浏览器清除了数据），无法上传。请重新拍摄。";
  await changeEvidence(id, (kept) => { Object.assign(kept, { state: "refused", refusal: { title: words, errors: [], at: Date.now() } }); });
  return { is: "refused", words, everyone: false, errors: [] };
}
