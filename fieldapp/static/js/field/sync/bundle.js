/** A record's first sending with its small files: which go along, and the one request that carries them (sync.md, Bundle). */

import { call } from "../server/api.js";
import { hasRevisions } from "../records/attempts.js";
import { read, readAll } from "../storage/store.js";
import { describe } from "./tus.js";

const ROOM_BYTES = 1.5 * 1024 * 1024;
const MOST_FILES = 12;
const PATIENCE_MS = 45000;
const NO_BUNDLES = new Set([400, 404, 405, 413, 415]);
const SLOW_LINES = new Set(["slow-2g", "2g", "3g"]);
let isTaken = true; // until this server, or what stands before it, refuses one: then not again while this page lives

/** @typedef {{bytes: number}} Room how many bytes of files may still go before the last words of a sync */
/** @typedef {{evidence: any, bytes: ArrayBuffer}} Along */

/** @returns {Room} */
export const newRoom = () => ({ bytes: ROOM_BYTES });

/**
 * The files that go along with a record, and what they take of `room`: none when the words should not wait for any.
 * @param {any} record with its `attempt`
 * @param {Room} room
 * @returns {Promise<Along[]>}
 */
export async function filesAlong(record, room) {
  if (record.attempt.sent.state === "discarded") return [];
  if (!isTaken || record.baseRevision > 0 || record.tries > 0 || !hasRevisions(record) || isSlow()) return [];
  const all = await readAll("evidence", { index: "recordId", key: record.id });
  const fresh = all.filter((one) => one.state === "kept" && one.sha256 && !one.tries && !one.sentBytes);
  const along = [];
  for (const evidence of fresh.sort((a, b) => a.addedAt - b.addedAt)) {
    if (along.length === MOST_FILES || evidence.bytes > room.bytes) continue;
    const blob = await read("blobs", evidence.id);
    if (!blob) continue; // sendEvidence says so
    room.bytes -= evidence.bytes;
    along.push({ evidence, bytes: blob.bytes });
  }
  return along;
}

function isSlow() {
  const { connection } = /** @type {any} */ (navigator);
  return Boolean(connection) && SLOW_LINES.has(connection.effectiveType);
}

/**
 * Sends them in one request.
 * @param {string} address of the record
 * @param {any} record with its `attempt`
 * @param {Along[]} along
 * @param {Record<string, string>} headers
 * @returns {Promise<import("../server/api.js").Answer|null>} null where bundles are not taken: the single calls do it
 */
export async function sendBundle(address, record, along, headers) {
  const form = new FormData();
  form.append("body", asJson(record.attempt.sent));
  form.append("files", asJson(along.map(({ evidence, bytes }) => ({ ...describe(evidence, record.attempt.sent), length: bytes.byteLength }))));
  for (const { evidence, bytes } of along) form.append(evidence.id, new Blob([bytes], { type: evidence.type }));
  const answer = await call("PUT", `${address}/bundle`, { body: form, headers, timeoutMs: PATIENCE_MS, as: record.userId });
  if (!NO_BUNDLES.has(answer.status) || String(answer.json && answer.json.type).endsWith("/csrf")) return answer;
  isTaken = false;
  return null;
}

function asJson(value) {
  return new Blob([JSON.stringify(value)], { type: "application/json" });
}

/**
 * What was answered of each file, as if it had been sent alone; a file of which nothing was said is left out.
 * @param {import("../server/api.js").Answer} answer
 * @param {Along[]} along
 * @returns {Array<[any, import("../server/api.js").Answer]>}
 */
export function answersOfFiles(answer, along) {
  const told = Array.isArray(answer.json.evidence) ? answer.json.evidence : [];
  return along.flatMap(({ evidence }) => {
    const its = told.find((one) => one && one.id === evidence.id);
    if (!its || !(its.receipt || its.problem)) return [];
    const status = its.receipt ? answer.status : Number(its.problem.status);
    return [[evidence, { ...answer, status, json: its.receipt ? { receipt: its.receipt } : its.problem }]];
  });
}
