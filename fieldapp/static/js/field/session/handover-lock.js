/**
 * The phone in the hands of the party: until the supervisor's PIN is given, every page leads back to the one page that was handed over.
 * The lock is kept on the phone, so that a reload, the back button or a restart does not open it; only a hash of the PIN is kept.
 */
import { hex, mintSalt } from "../../lib/ids.js";
import { changeMeta, read } from "../storage/store.js";

const KEY = "handover";
const ROUNDS = 200000;
const LONGEST_WAIT_MS = 60000;
export const HANDOVER_PATH = "/field/handover";

/** @typedef {{recordId: string, salt: string, hash: string, tries: number, notBefore: number, done: boolean}} Lock */

/** @returns {Promise<Lock|null>} */
export async function currentLock() {
  return (await read("meta", KEY)) ?? null;
}

/**
 * Locks the phone to one interview.
 * @param {string} recordId
 * @param {string} pin 4–6 digits
 */
export async function lockTo(recordId, pin) {
  const salt = mintSalt();
  const hash = await hashOf(pin, salt);
  await changeMeta(KEY, () => ({ recordId, salt, hash, tries: 0, notBefore: 0, done: false }));
}

/** The party has finished: from now on only the PIN is asked. */
export async function finishHandover() {
  await changeMeta(KEY, (lock) => lock && { ...lock, done: true });
}

/** Opens the lock without PIN: for a supervisor who has just signed in again. */
export async function unlock() {
  await changeMeta(KEY, () => null);
}

/**
 * Tries a PIN. Each wrong one doubles the wait before the next, from 1 s to 60 s.
 * @param {string} pin
 * @param {number} [now] ms since 1970
 * @returns {Promise<{isOpen: boolean, waitMs: number}>}
 */
export async function tryPin(pin, now = Date.now()) {
  const lock = await currentLock();
  if (!lock) return { isOpen: true, waitMs: 0 };
  // a clock set back must not lock the supervisor out for longer than the longest wait
  const waitMs = Math.min(lock.notBefore - now, LONGEST_WAIT_MS);
  if (waitMs > 0) return { isOpen: false, waitMs };
  if (await hashOf(pin, lock.salt) === lock.hash) {
    await unlock();
    return { isOpen: true, waitMs: 0 };
  }
  const next = Math.min(1000 * 2 ** lock.tries, LONGEST_WAIT_MS);
  await changeMeta(KEY, (kept) => kept && { ...kept, tries: kept.tries + 1, notBefore: now + next });
  return { isOpen: false, waitMs: next };
}

/**
 * Where this page may be shown: leads away when the phone is handed over and this is another page.
 * @returns {Promise<"free"|"handed-over"|"leaving">}
 */
export async function keepHandedOver() {
  const lock = await currentLock().catch(() => null);
  if (!lock) return "free";
  if (location.pathname === HANDOVER_PATH) return "handed-over";
  location.replace(`${HANDOVER_PATH}?id=${encodeURIComponent(lock.recordId)}`);
  return "leaving";
}

async function hashOf(pin, salt) {
  const bytes = new TextEncoder();
  const key = await crypto.subtle.importKey("raw", bytes.encode(pin), "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: bytes.encode(salt), iterations: ROUNDS };
  return hex(new Uint8Array(await crypto.subtle.deriveBits(how, key, 256)));
}
