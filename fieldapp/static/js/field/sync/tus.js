/** Uploads one file by tus 1.0.0: small ones in one round trip, long ones in pieces that go on where they stopped. */

import { call } from "../server/api.js";
import { sha256Bytes } from "../server/digest.js";
import { itemOf } from "../records/naming.js";
import { toBase64 } from "./receipts.js";

const AT_ONCE_BYTES = 5 * 1024 * 1024;
const PIECE_BYTES = 512 * 1024;
const SLOWEST_BYTES_PER_MS = 4;
const TUS = { "Tus-Resumable": "1.0.0" };

/**
 * Sends what is missing of a file.
 * @param {any} evidence
 * @param {ArrayBuffer} bytes
 * @param {{as: string, body: RecordBody|undefined, onSent: (sent: number) => void}} how `as`: the user whose file it is; `body`: of its
 *   record, which says where it belongs; `onSent`: told the bytes confirmed
 * @returns {Promise<import("../server/api.js").Answer>} the last answer; its `json.receipt` when it is complete
 */
export async function upload(evidence, bytes, { as, body, onSent }) {
  // A file that failed once goes in pieces, so that a bad network makes progress at each try.
  const whole = bytes.byteLength <= AT_ONCE_BYTES && !evidence.tries;
  let answer = await create(evidence, bytes, { as, body, whole });
  let mended = false;
  while (answer.status >= 200 && answer.status < 300 && answer.ours && !receiptOf(answer)) {
    const offset = offsetOf(answer, whole ? null : 0);
    if (offset === null) return answer;
    onSent(offset);
    if (offset >= bytes.byteLength) return call("GET", `/api/v1/receipts/${evidence.id}`).then(asReceipt);
    answer = await piece(evidence, bytes, { as, offset });
    if ((answer.status === 409 || answer.status === 460) && !mended) {
      mended = true; // the other side stands elsewhere, or the piece was damaged on its way: ask and go on once
      answer = await call("HEAD", addressOf(evidence), { headers: TUS });
    }
  }
  if (receiptOf(answer)) onSent(bytes.byteLength);
  return answer;
}

function addressOf(evidence) {
  return `/api/v1/evidence/${evidence.id}`;
}

function receiptOf(answer) {
  return answer.json && answer.json.receipt;
}

function offsetOf(answer, otherwise) {
  const said = answer.headers && answer.headers.get("Upload-Offset");
  return said !== null && said !== undefined && /^\d+$/.test(said) ? Number(said) : otherwise;
}

function asReceipt(answer) {
  return answer.status === 200 && answer.json && !answer.json.receipt ? { ...answer, json: { receipt: answer.json } } : answer;
}

async function create(evidence, bytes, { as, body, whole }) {
  if (evidence.sentBytes > 0) {
    const held = await call("HEAD", addressOf(evidence), { headers: TUS });
    if (held.status !== 404) return held;
  }
  const headers = { ...TUS, "Upload-Length": String(bytes.byteLength), "Upload-Metadata": metadata(evidence, body) };
  return whole
    ? send("POST", "/api/v1/evidence", bytes, { headers, as })
    : call("POST", "/api/v1/evidence", { headers, as });
}

async function piece(evidence, bytes, { as, offset }) {
  const part = bytes.slice(offset, offset + PIECE_BYTES);
  return send("PATCH", addressOf(evidence), part, { as, headers: { ...TUS, "Upload-Offset": String(offset) } });
}

async function send(method, path, part, { headers, as }) {
  const checksum = toBase64(await sha256Bytes(part));
  return call(method, path, {
    as, body: part, timeoutMs: 20000 + Math.round(part.byteLength / SLOWEST_BYTES_PER_MS),
    headers: { ...headers, "Content-Type": "application/offset+octet-stream", "Upload-Checksum": `sha256 ${checksum}` },
  });
}

function metadata(evidence, body) {
  return Object.entries(describe(evidence, body))
    .map(([key, value]) => `${key} ${toBase64(new TextEncoder().encode(String(value)))}`).join(",");
}

/** What the server is told of a file beside its bytes (sync.md, Upload-Metadata). @param {any} evidence @param {RecordBody|undefined} body @returns {Record<string, string|number>} */
export function describe(evidence, body) {
  const place = evidence.place || {};
  const values = {
    id: evidence.id, sha256: evidence.sha256, filename: evidence.filename, filetype: evidence.type,
    [evidence.ownerKind]: evidence.recordId, item: itemOf(body, evidence.id), source: evidence.source, of: evidence.of, taken_at: evidence.takenAt,
    latitude: place.latitude, longitude: place.longitude, accuracy: place.accuracy,
  };
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value !== undefined && value !== ""));
}
