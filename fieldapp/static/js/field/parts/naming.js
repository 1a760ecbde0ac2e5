/** Where a record names a file of its own: an observation at the item or as unfiled, an interview among its recordings. Pure. */

import { fileEvidence, namesEvidence } from "../records/answering.js";

/**
 * @param {RecordBody} body @param {"observation"|"interview"} kind of the record @param {string} id of the Evidence
 * @param {string|null} item
 */
export function nameFile(body, kind, id, item) {
  if (kind === "observation") fileEvidence(body, id, item);
  else if (!namesFile(body, id)) body.recordings = [...(body.recordings ?? []), id];
}

/** Whether the record names this file anywhere. @param {RecordBody} body @param {string} id @returns {boolean} */
export function namesFile(body, id) {
  return namesEvidence(body, id) || (body.recordings ?? []).includes(id);
}
