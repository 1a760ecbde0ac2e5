/** 回执: whether an answer really is the server's receipt for what was sent, and the receipts that this phone keeps for good. */

import { call } from "../server/api.js";
import { canonical } from "../server/digest.js";
import { changeMeta, read, readAll } from "../storage/store.js";

const SHOWN_AT_A_SYNC = 50;

/**
 * Whether `receipt` covers exactly what was sent.
 * @param {any} receipt as it came
 * @param {{id: string, kind: string, revision: number, digest: string}} sent
 */
export function covers(receipt, sent) {
  return Boolean(receipt) && typeof receipt === "object" && receipt.id === sent.id && receipt.kind === sent.kind
    && receipt.revision === sent.revision && receipt.digest === sent.digest
    && typeof receipt.signature === "string" && Boolean(receipt.received_at);
}

/**
 * Whether an answer carries our server's receipt of exactly what was sent.
 * @param {import("../server/api.js").Answer} answer
 * @param {{id: string, kind: string, revision: number, digest: string}} sent
 * @returns {Promise<boolean>}
 */
export async function acknowledges(answer, sent) {
  const receipt = answer.json && answer.json.receipt;
  return answer.ours && covers(receipt, sent) && (await isGenuine(receipt)) !== false;
}

/**
 * Whether our server signed it. Source: RFC 8032.
 * @param {any} receipt
 * @returns {Promise<boolean|null>} null when this browser cannot tell (no Ed25519, or the key could not be fetched)
 */
export async function isGenuine(receipt) {
  const bytes = await publicKey(receipt.key_id);
  if (!bytes) return null;
  const { signature, ...unsigned } = receipt;
  try {
    const key = await crypto.subtle.importKey("raw", bytes, { name: "Ed25519" }, false, ["verify"]);
    return await crypto.subtle.verify({ name: "Ed25519" }, key, fromBase64(signature), new TextEncoder().encode(canonical(unsigned)));
  } catch (error) {
    return error.name === "InvalidCharacterError" ? false : null;
  }
}

async function publicKey(keyId) {
  let keys = (await read("meta", "keys")) || {};
  if (!keys[keyId]) {
    const answer = await call("GET", "/.well-known/fieldapp-keys.json", { timeoutMs: 10000 });
    if (answer.status !== 200 || !answer.json || !Array.isArray(answer.json.keys)) return null;
    const found = Object.fromEntries(answer.json.keys.map((key) => [key.key_id, key.public_key]));
    // Keys once seen stay: a server that swaps the key of an old receipt is found out.
    keys = await changeMeta("keys", (known) => ({ ...found, ...known }));
  }
  return keys[keyId] ? fromBase64(keys[keyId]) : null;
}

/** @param {string} text @returns {Uint8Array<ArrayBuffer>} */
export function fromBase64(text) {
  return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
}

/** @param {Uint8Array} bytes @returns {string} */
export function toBase64(bytes) {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

/** Keeps a receipt, inside the caller's transaction over `receipts`. */
export function keepReceipt(receipts, receipt, userId) {
  return receipts.put({ ...receipt, userId }, `${receipt.id}:${receipt.revision}`);
}

/** The newest receipts of a user, as they came: what is shown to the server at each sync. @param {string} userId */
export async function lastReceipts(userId) {
  return asTheyCame(await readAll("receipts", { index: "userId", key: userId, most: SHOWN_AT_A_SYNC }));
}

/** Every receipt that this phone keeps for a user, as it came, newest first. @param {string} userId @returns {Promise<any[]>} */
export async function receiptsOfUser(userId) {
  return asTheyCame(await readAll("receipts", { index: "userId", key: userId }));
}

function asTheyCame(kept) {
  return kept.map(({ userId: _, newest: __, ...receipt }) => receipt);
}
