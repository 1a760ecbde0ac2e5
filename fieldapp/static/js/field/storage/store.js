/**
 * What the phone keeps. Beside the reserve the only module that knows IndexedDB: names of stores, reopening, durability.
 * Bytes are kept as ArrayBuffer in stores of their own (iOS loses Blobs), and nothing here runs in the service worker.
 */

import { inTheRoom, isFull, mayTakeMore } from "./quota-reserve.js";
import { openDB } from "../../../vendor/idb/idb.js";

const NAME = "fieldapp";
const VERSION = 1;
const LOST = new Set(["InvalidStateError", "AbortError", "UnknownError", "TimeoutError"]);
let connection = null;

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

/** One step up at a time and only by adding: a store that a phone holds is never dropped or rebuilt. */
function upgrade(database, from) {
  if (from < 1) {
    database.createObjectStore("records", { keyPath: "id" });
    database.createObjectStore("evidence", { keyPath: "id" }).createIndex("recordId", "recordId");
    database.createObjectStore("blobs", { keyPath: "id" });
    database.createObjectStore("thumbs");
    database.createObjectStore("versions", { keyPath: "id" });
    database.createObjectStore("packs");
    database.createObjectStore("receipts");
    database.createObjectStore("meta");
  }
}

function open() {
  if (!connection) {
    const opening = openDB(NAME, VERSION, {
      upgrade,
      blocking() { forget(opening); },
      terminated() { if (connection === opening) connection = null; },
    });
    connection = opening;
    opening.catch(() => { if (connection === opening) connection = null; });
  }
  return connection;
}

function forget(opening) {
  if (connection === opening) connection = null;
  opening.then((database) => database.close(), () => undefined);
}

/** Runs `work` on an open connection; when the system closed it under us, opens a new one and tries once more. */
async function connected(work) {
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
 * @param {string[]} names
 * @param {(stores: Record<string, any>) => Promise<T>|T} work
 * @param {{isLarge?: boolean}} [how]
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

async function inTransaction(database, names, work) {
  const transaction = database.transaction(names, "readwrite", { durability: "strict" });
  const finished = transaction.done;
  finished.catch(() => undefined);
  const stores = Object.fromEntries(names.map((name) => [name, transaction.objectStore(name)]));
  let result;
  try {
    result = await work(stores);
  } catch (error) {
    try { transaction.abort(); } catch { /* it had ended already */ }
    if (!(error instanceof DOMException)) error.deliberate = true;
    throw isFull(transaction.error) ? transaction.error : error;
  }
  await finished;
  return result;
}

function inWords(error) {
  const full = isFull(error);
  return new NotSaved(full
    ? "未保存：手机存储空间已满。请到“我的”上传已完成的记录，或清理手机空间后再试。此前的内容都在。"
    : "未保存：手机没有确认写入。请再点一次保存；仍不行请不要关闭本页，到“我的”导出救援包。", { cause: error, full });
}

/** One value by key. @param {string} name @param {string} key @returns {Promise<any>} undefined when there is none */
export const read = (name, key) => connected((database) => database.get(name, key));

/** Every value of a store, or those of one key of its index. @returns {Promise<any[]>} */
export function readAll(name, { index, key } = {}) {
  return connected((database) => (index ? database.getAllFromIndex(name, index, key) : database.getAll(name)));
}

/** Reads then writes one value of `meta` in one step. @param {string} key @param {(old: any) => any} change */
export function changeMeta(key, change) {
  return write(["meta"], async ({ meta }) => {
    const value = change(await meta.get(key));
    await meta.put(value, key);
    return value;
  });
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
