/**
 * What the phone keeps. Beside the reserve the only module that opens IndexedDB: reopening, durability, words for what failed.
 * Bytes are kept as ArrayBuffer in stores of their own (iOS loses Blobs), and nothing here runs in the service worker.
 */

import { inTheRoom, isFull, mayTakeMore } from "./quota-reserve.js";
import { NAME, rangeOf, upgrade, VERSION, withFields, withoutIndex } from "./schema.js";
import { counted } from "./under-way.js";
import { openDB } from "../../../vendor/idb/idb.js";

const LOST = new Set(["InvalidStateError", "AbortError", "UnknownError", "TimeoutError"]);
let connection = /** @type {Promise<import("../../../vendor/idb/idb.js").IDBPDatabase>|null} */ (null);
/** A write that this phone did not confirm. `message` says so in Chinese, and what to do. */
export class NotSaved extends Error {
  /** @param {string} message @param {{cause?: unknown, full?: boolean}} [why] */
  constructor(message, { cause, full = false } = {}) {
    super(message);
    this.name = "NotSaved";
    this.cause = cause;
    this.full = full;
  }
}

function open() {
  if (!connection) {
    const hooks = {
      upgrade(...step) {
        step[3].done.catch(() => undefined); // what failed is told by the opening that fails
        upgrade(...step).catch(() => giveUp(step[3]));
      },
      blocking() { forget(opening); },
      terminated() { if (connection === opening) connection = null; },
    };
    const opening = openDB(NAME, VERSION, hooks).catch((error) => asItIs(error, hooks));
    connection = opening;
    opening.catch(() => { if (connection === opening) connection = null; });
  }
  return connection;
}

/** A phone too full to be brought to this version, or brought to a later one by a newer program, is used as it is. */
function asItIs(error, hooks) {
  if (error.name === "VersionError") return openDB(NAME, undefined, hooks);
  return openDB(NAME, 1, hooks).catch(() => { throw error; });
}

function forget(opening) {
  if (connection === opening) connection = null;
  opening.then((database) => database.close(), () => undefined);
}

/** Runs `work` on an open connection, counted as under way meanwhile. */
const connected = (work) => counted(() => tried(work));

/** When the system closed the connection under us, opens a new one and tries once more. */
async function tried(work) {
  const opening = open();
  try {
    return await work(await opening);
  } catch (error) {
    if (!LOST.has(error && error.name) || (error && error.deliberate)) throw error;
    forget(opening);
    return work(await open());
  }
}

/**
 * One durable transaction. `work` gets the stores by name and may wait for nothing but them; on a full phone it runs
 * once more in the room kept free for words, unless `isLarge`.
 * @template T
 * @param {string[]} names @param {(stores: Record<string, any>) => Promise<T>|T} work @param {{isLarge?: boolean}} [how]
 * @returns {Promise<T>} what `work` gave, once the transaction is on disk
 * @throws {NotSaved} when it is not
 */
export async function write(names, work, { isLarge = false } = {}) {
  if (isLarge && !(await mayTakeMore())) throw inWords({ name: "QuotaExceededError" });
  const once = () => connected((database) => inTransaction(database, names, work));
  try {
    return await once().catch((error) => {
      if (isLarge || !isFull(error)) throw error;
      return inTheRoom(once);
    });
  } catch (error) {
    if (error instanceof NotSaved || (error && error.deliberate)) throw error;
    throw inWords(error);
  }
}

function giveUp(transaction) {
  try { transaction.abort(); } catch { /* it had ended already */ }
}

async function inTransaction(database, names, work) {
  const transaction = database.transaction(names, "readwrite", { durability: "strict" });
  const finished = transaction.done;
  finished.catch(() => undefined);
  const stores = Object.fromEntries(names.map((name) => [name, keeping(name, transaction.objectStore(name))]));
  let result;
  try {
    result = await work(stores);
  } catch (error) {
    giveUp(transaction);
    if (!(error instanceof DOMException)) error.deliberate = true;
    throw isFull(transaction.error) ? transaction.error : error;
  }
  await finished;
  return result;
}

/** The store as `work` sees it: whatever is put gets the fields that its indexes are made over. */
function keeping(name, store) {
  return {
    get: (key) => store.get(key), getAll: () => store.getAll(), getAllKeys: () => store.getAllKeys(), delete: (key) => store.delete(key),
    index: (index) => store.index(index), put: (value, ...key) => store.put(withFields(name, value), ...key),
  };
}

function inWords(error) {
  const full = isFull(error);
  return new NotSaved(full
    ? "未保存：手机存储空间已满。请到“我的”上传已完成的记录，或清理手机空间后再试。此前的内容都在。"
    : "未保存：手机没有确认写入。请再点一次保存；仍不行请不要关闭本页，到“我的”导出救援包。", { cause: error, full });
}

/** One value by key. @param {string} name @param {string} key @returns {Promise<any>} undefined when there is none */
export const read = (name, key) => connected((database) => database.get(name, key));

/**
 * Every value of a store, or those of one key of its index, or all of that; the first `most`.
 * @param {string} name
 * @param {{index?: string, key?: any, most?: number}} [which]
 * @returns {Promise<any[]>}
 */
export function readAll(name, { index, key, most } = {}) {
  return connected(async (database) => {
    const { store } = database.transaction(name);
    if (!index) return store.getAll();
    if (store.indexNames.contains(index)) return store.index(index).getAll(rangeOf(name, index, key), most);
    return withoutIndex(name, index, key, await store.getAll()).slice(0, most);
  });
}

/** Reads then writes one value of `meta` in one step. @param {string} key @param {(old: any) => any} change */
export function changeMeta(key, change) {
  return write(["meta"], async ({ meta }) => {
    const value = change(await meta.get(key));
    await meta.put(value, key);
    return value;
  });
}
