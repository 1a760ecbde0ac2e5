/**
 * Room that is kept free for words: a value that is given up when the phone is full, so that what is typed can still be
 * saved when a photo cannot. It must be larger than a photo: a browser may let one pass that fills more than was left.
 * It lies in IndexedDB as what is kept does (in a database of its own, so that nobody waits for it): Chromium remembers
 * for half a minute how much IndexedDB may still take, and would not notice a file that was written elsewhere meanwhile.
 */

import { openDB } from "../../../vendor/idb/idb.js";

const NAME = "fieldapp-reserve";
const GIVEN_UP = "reserve-given-up";
const BYTES = 8 * 1024 * 1024;
const PIECE = 64 * 1024; // what getRandomValues gives at once
const PATIENCE_MS = 10_000;
const PAUSES_MS = [0, 100, 400];

/**
 * Sets the room aside where it is not. Best effort: a browser without IndexedDB, or a full phone, has none.
 * @returns {Promise<boolean>} whether it is there now
 */
export const setAside = () => alone(async (database) => {
  if (!(await database.count("room"))) await database.put("room", noise(), "room");
  localStorage.removeItem(GIVEN_UP);
  return true;
}).catch(() => false);

// Browsers compress what they keep: zeros would need no room.
function noise() {
  const bytes = new Uint8Array(BYTES);
  for (let from = 0; from < BYTES; from += PIECE) crypto.getRandomValues(bytes.subarray(from, from + PIECE));
  return bytes.buffer;
}

/**
 * Gives the room up and does `work` in it, before anybody can set it aside again. Chromium counts anew only after a
 * transaction, and may meanwhile keep a count from just before it: what is refused is tried again after another one.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export const inTheRoom = (work) => alone(async (database) => {
  if (await database.count("room")) localStorage.setItem(GIVEN_UP, "1");
  for (const pause of [...PAUSES_MS, null]) {
    await database.delete("room", "room");
    try {
      return await work();
    } catch (error) {
      if (pause === null || !isFull(error)) throw error;
    }
    await new Promise((resolve) => { setTimeout(resolve, pause); });
  }
});

/** Whether a write was refused because there is no room left. @param {any} error */
export const isFull = (error) => Boolean(error) && error.name === "QuotaExceededError";

/** Whether something large may be written: not in the room that was given up for words. @returns {Promise<boolean>} */
export const mayTakeMore = async () => !isGivenUp() || setAside();

/** One after the other, over all tabs: who needs the room must not meet it half set aside, nor taken by another. */
async function alone(work) {
  if (!navigator.locks) return opened(work);
  return navigator.locks.request(NAME, { signal: AbortSignal.timeout?.(PATIENCE_MS) }, () => opened(work));
}

async function opened(work) {
  const database = await openDB(NAME, 1, { upgrade: (made) => made.createObjectStore("room") });
  try {
    return await work(database);
  } finally {
    database.close();
  }
}

function isGivenUp() {
  try {
    return Boolean(localStorage.getItem(GIVEN_UP));
  } catch {
    return false; // a browser that forbids it keeps no room either
  }
}

/**
 * Asks the browser to keep our storage, and says how much is used.
 * @returns {Promise<{usage: number|null, quota: number|null, persisted: boolean|null}>} bytes; null where unknown
 */
export async function storageState({ ask = false } = {}) {
  const storage = navigator.storage;
  if (!storage || !storage.estimate) return { usage: null, quota: null, persisted: null };
  const { usage = null, quota = null } = await storage.estimate();
  let persisted = storage.persisted ? await storage.persisted() : null;
  if (ask && persisted === false) persisted = await storage.persist();
  return { usage, quota, persisted };
}
