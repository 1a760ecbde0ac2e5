/**
 * What the server says was erased by law goes from this phone as well: words, files, pieces of recordings, what was laid down.
 * Receipts stay: they say that it was filed, and nothing of what.
 */

import { dropSounds, FILES } from "../records/discarding.js";
import { announce } from "../storage/news.js";
import { write } from "../storage/store.js";

/**
 * Deletes records and files; harmless for what is not here.
 * @param {string[]} ids @param {{userId: string, through: number}} [told] by which heartbeat: noted once all is done
 */
export async function eraseHere(ids, told) {
  for (const id of ids) {
    await dropSounds(id);
    const { record, file } = await write(["records", ...FILES], (stores) => eraseOne(stores, id));
    forgetLaidDown(id);
    if (record) announce({ type: "record", id, kind: record.kind });
    if (file) announce({ type: "evidence", id, recordId: file.recordId });
  }
  if (told) await write(["meta"], ({ meta }) => meta.put(told.through, `erased:${told.userId}`));
}

async function eraseOne(stores, id) {
  const [record, file] = [await stores.records.get(id), await stores.evidence.get(id)];
  const own = await stores.evidence.index("recordId").getAll(id);
  for (const one of file ? [file, ...own] : own) {
    for (const store of [stores.evidence, stores.blobs, stores.thumbs]) await store.delete(one.id);
  }
  await stores.records.delete(id);
  await stores.meta.delete(`line:${id}`);
  return { record, file };
}

function forgetLaidDown(id) {
  try {
    localStorage.removeItem(`left:${id}`);
  } catch {
    // a browser that forbids it has kept nothing either
  }
}
