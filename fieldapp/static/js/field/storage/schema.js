/**
 * The stores of this phone, their indexes, and the way from every earlier version to this one: each step only adds.
 * Some indexes are made over a field that is derived here, at every write: a value without it is not in the index, so that what is
 * settled costs nothing when what is open is looked for, however many years lie on the phone.
 */

export const NAME = "fieldapp";
export const VERSION = 2;

const BODY_KEPT_MS = 30 * 24 * 3600 * 1000;

const FIELDS = {
  // A record is open until the server holds all of it and has shown so a week later; settled, its body stays for a while. One that
  // was only looked at (blank) is none yet.
  records: (record) => ({
    open: record.settledAt || record.blank ? undefined : record.userId,
    bodyUntil: record.settledAt && record.receipt && !record.bodyGone ? record.sentAt + BODY_KEPT_MS : undefined,
  }),
  evidence: (file) => ({ pending: file.receipt || file.remote ? undefined : file.recordId }),
  receipts: (receipt) => ({ newest: -receipt.sequence }),
};

const INDEXES = {
  records: { open: "open", userId: "userId", bodyUntil: "bodyUntil" },
  evidence: { pending: "pending" },
  receipts: { userId: ["userId", "newest"] },
};

/** The value with the fields that its indexes are made over. @param {string} name of the store @param {any} value @returns {any} */
export function withFields(name, value) {
  if (!FIELDS[name]) return value;
  const fresh = { ...value };
  for (const [field, known] of Object.entries(FIELDS[name](value))) {
    if (known === undefined) delete fresh[field];
    else fresh[field] = known;
  }
  return fresh;
}

/** What an index is asked for; `key` alone means all of it, whatever comes after it. */
export function rangeOf(name, index, key) {
  return Array.isArray(INDEXES[name]?.[index]) ? IDBKeyRange.bound([key], [key, []]) : key;
}

/** What the index would give, found by hand: for a phone that was too full to make it. @param {any[]} values */
export function withoutIndex(name, index, key, values) {
  const field = [INDEXES[name]?.[index] ?? index].flat()[0];
  const found = values.map((value) => withFields(name, value)).filter((value) => value[field] !== undefined);
  const fits = (value) => (key instanceof IDBKeyRange ? key.includes(value[field]) : key === undefined || value[field] === key);
  return found.filter(fits).sort((a, b) => (a.newest ?? 0) - (b.newest ?? 0));
}

/** One step up at a time: a store that a phone holds is never dropped or rebuilt. */
export async function upgrade(database, from, to, transaction) {
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
  if (from < 2 && to >= 2) {
    for (const [name, indexes] of Object.entries(INDEXES)) {
      for (const [index, path] of Object.entries(indexes)) transaction.objectStore(name).createIndex(index, path);
    }
    if (from) await fill(transaction);
  }
}

/** Gives the values that are kept already the fields of the indexes. */
async function fill(transaction) {
  for (const name of Object.keys(FIELDS)) {
    let cursor = await transaction.objectStore(name).openCursor();
    while (cursor) {
      if (Object.values(FIELDS[name](cursor.value)).some((known) => known !== undefined)) await cursor.update(withFields(name, cursor.value));
      cursor = await cursor.continue();
    }
  }
}
