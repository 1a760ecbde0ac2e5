/** The files of an open record: kept, filed elsewhere, taken away; each is one step of the store, in its row and in its record. */

import { addEvidence, moveEvidence, removeEvidence } from "../evidence/evidence.js";
import { keepNamed, nameFile, nameLeft, namesFile, unnameFile } from "../records/naming.js";
import { clearAway, takeUp } from "./emergency-save.js";

/** @typedef {import("./open-record.js").OpenRecord} OpenRecord */

/**
 * Keeps a file at an item, or at none.
 * @param {OpenRecord} open @param {Parameters<typeof addEvidence>[1]} given @returns {Promise<Evidence>} @throws {NotSaved}
 */
export function keepFile(open, given) {
  return open.withFiles(async () => {
    const file = await addEvidence(open.id, given);
    nameFile(open.body, open.record.kind, file.id, given.item ?? null);
    return file;
  });
}

/** Files it to another item, or to none. @param {OpenRecord} open @param {string} id @param {string|null} code */
export async function moveFile(open, id, code) {
  nameFile(open.body, open.record.kind, id, code);
  await open.withFiles(() => moveEvidence(id, code));
}

/** Takes a file out of the record and away. @param {OpenRecord} open @param {string} id */
export async function removeFile(open, id) {
  unnameFile(open.body, id);
  await open.withFiles(() => removeEvidence(id));
}

/** Takes up what was typed just before the page was left last time. @param {OpenRecord} open */
export async function takeUpLastWords(open) {
  const left = takeUp(open.record);
  const takeOver = (body) => {
    const before = { ...body };
    keepNamed(before, Object.assign(body, left), open.record.kind); // a photo that was kept after the words were laid down
  };
  if (!left || await open.change(takeOver)) clearAway(open.id);
}

/** Names in the record what it names nowhere: a photo is never left behind. @param {OpenRecord} open */
export async function nameKeptEvidence(open) {
  const isLeft = (one) => !one.remote && !one.of && one.source !== "signature" && !namesFile(open.body, one.id);
  if (open.isEditable && open.evidence.some(isLeft)) await open.change((body, record) => nameLeft(body, record, open.evidence));
}
