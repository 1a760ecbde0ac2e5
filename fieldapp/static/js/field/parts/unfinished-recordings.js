/** A recording that ended with its page: what was recorded until then becomes a recording like any other, at its item. */

import { dropPieces, piecesOf, unfinishedOf } from "../storage/sound-pieces.js";
import { timeOfDay } from "../../lib/words.js";
import { keepFile } from "./open-files.js";

const PATIENCE_MS = 3000;
const INTERRUPTED = "中断前的录音";

/** How a recording is called in a list. @param {Evidence} file @returns {string} */
export function soundWords(file) {
  return file.filename?.startsWith(INTERRUPTED) ? INTERRUPTED : "录音";
}

/**
 * Puts together what is left over of recordings of this record. One that still runs in another tab is left alone.
 * @param {import("./open-record.js").OpenRecord} open
 */
export async function keepUnfinished(open) {
  const left = open.isEditable ? await unfinishedOf(open.id) : [];
  for (const told of left) await unlessRunning(told.id, () => putTogether(open, told));
}

async function putTogether(open, told) {
  const { id, item, type, takenAt } = told;
  const pieces = open.evidence.some((one) => one.id === id) ? [] : await piecesOf(told);
  if (pieces.length) {
    const filename = `${INTERRUPTED}-${timeOfDay(takenAt).replace(":", "")}.${type.split("/")[1]}`;
    await keepFile(open, { id, file: new Blob(pieces, { type }), type, item, source: "audio", takenAt, filename });
  }
  await dropPieces(told);
  await open.refreshEvidence();
}

/** The page that recorded may be leaving just now: its lock is waited for, for a while. */
async function unlessRunning(id, work) {
  if (!navigator.locks) return work();
  const signal = AbortSignal.timeout?.(PATIENCE_MS);
  return navigator.locks.request(`recording:${id}`, { signal }, work).catch((error) => {
    if (!["TimeoutError", "AbortError"].includes(error.name)) throw error;
  });
}
