/**
 * The pieces of a recording that is not finished. They lie beside the originals (`blobs`), and what they belong to in `meta`, so
 * that whoever opens the record next finds them, also after the browser was killed.
 */

import { read, write } from "./store.js";

/** @typedef {{id: string, recordId: string, item: string|null, type: string, takenAt: string, count?: number}} Told `id`: of the Evidence that it becomes */

const keyOf = (recordId) => `sound:${recordId}`;
const pieceOf = (id, at) => `${id}:${at}`;

/** Keeps one piece; durable when it resolves. @param {Told} told @param {number} at its place @param {ArrayBuffer} bytes */
export function keepPiece(told, at, bytes) {
  return write(["meta", "blobs"], async ({ meta, blobs }) => {
    const { id, recordId, item, type, takenAt } = told;
    const others = ((await meta.get(keyOf(recordId))) ?? []).filter((one) => one.id !== id);
    await blobs.put({ id: pieceOf(id, at), bytes });
    await meta.put([...others, { id, recordId, item, type, takenAt, count: at + 1 }], keyOf(recordId));
  }, { isLarge: true });
}

/** What was being recorded of this record and is not among its files. @param {string} recordId @returns {Promise<Told[]>} */
export async function unfinishedOf(recordId) {
  return (await read("meta", keyOf(recordId))) ?? [];
}

/** Its pieces in order, as far as they are there. @param {Told} told @returns {Promise<ArrayBuffer[]>} */
export async function piecesOf({ id, count = 0 }) {
  const kept = await Promise.all(Array.from({ length: count }, (_, at) => read("blobs", pieceOf(id, at))));
  const missing = kept.indexOf(undefined);
  return kept.slice(0, missing < 0 ? count : missing).map((one) => one.bytes);
}

/** Another record has them from now on; within the caller's transaction over `meta`. @param {any} meta @param {string} from @param {string} to */
export async function handOverPieces(meta, from, to) {
  const told = await meta.get(keyOf(from));
  if (!told) return;
  await meta.put(told.map((one) => ({ ...one, recordId: to })), keyOf(to));
  await meta.delete(keyOf(from));
}

/** Forgets the pieces: the recording is kept whole, or its record goes. @param {Told} told */
export function dropPieces({ id, recordId }) {
  return write(["meta", "blobs"], async ({ meta, blobs }) => {
    const all = (await meta.get(keyOf(recordId))) ?? [];
    const others = all.filter((one) => one.id !== id);
    for (let at = 0; at < (all.find((one) => one.id === id)?.count ?? 0); at += 1) await blobs.delete(pieceOf(id, at));
    if (others.length) await meta.put(others, keyOf(recordId));
    else await meta.delete(keyOf(recordId));
  });
}
