/**
 * Where a file belongs is kept once: in the body of its record, which names it at an item, as unfiled, in the timeline, as the
 * signature, or (an interview) among its recordings. Pure.
 */

import { fileEvidence, namesEvidence } from "./answering.js";

/**
 * @param {RecordBody} body @param {FieldRecord["kind"]} kind of the record @param {string} id of the Evidence
 * @param {string|null} item
 */
export function nameFile(body, kind, id, item) {
  if (kind === "observation") fileEvidence(body, id, item);
  else if (!namesFile(body, id)) body.recordings = [...(body.recordings ?? []), id];
}

/** Whether the record names this file anywhere. @param {RecordBody} body @param {string} id @returns {boolean} */
export function namesFile(body, id) {
  if (namesEvidence(body, id) || placesToSign(body).some(([holder, place]) => holder[place]?.evidence === id)) return true;
  return [{ evidence: body.recordings }, ...(body.timeline ?? [])].some((entry) => entry.evidence?.includes(id));
}

/** The item that a file is filed to; null for none. @param {RecordBody|null|undefined} body @param {string} id @returns {string|null} */
export function itemOf(body, id) {
  const found = Object.entries(body?.answers ?? {}).find(([, answer]) => answer.evidence?.includes(id));
  return found ? found[0] : null;
}

/** Takes every mention of the file out of `body`. @param {RecordBody} body @param {string} id */
export function unnameFile(body, id) {
  fileEvidence(body, id, null, { drop: true });
  for (const entry of [body, ...(body.timeline ?? [])]) {
    const name = entry === body ? "recordings" : "evidence";
    if (entry[name]) entry[name] = entry[name].filter((other) => other !== id);
  }
  for (const [holder, place] of placesToSign(body)) if (holder[place]?.evidence === id) holder[place] = null;
}

/**
 * Names in `body` those of the record's files that it names nowhere: after a conflict was settled for the server's words, or from a
 * program that kept a file before it named it. They go where this phone last had them, and an item that is not answered in a
 * submitted record gets none.
 * @param {RecordBody} body @param {FieldRecord} record @param {Evidence[]} files its own
 */
export function nameLeft(body, record, files) {
  for (const { id, source, remote, item, of } of files) {
    if (remote || of || source === "signature" || namesFile(body, id)) continue;
    const last = [...(record.setAside ?? [])].reverse().map((kept) => itemOf(kept.body, id)).find(Boolean) ?? item ?? null;
    nameFile(body, record.kind, id, body.state === "draft" || body.answers?.[last ?? ""] ? last : null);
  }
}

/** Names in `to` what only `from` names, at the same place. @param {RecordBody} from @param {RecordBody} to @param {FieldRecord["kind"]} kind */
export function keepNamed(from, to, kind) {
  const filed = Object.values(from.answers ?? {}).flatMap((answer) => answer.evidence ?? []);
  for (const id of [...filed, ...(from.unfiled_evidence ?? []), ...(from.recordings ?? [])]) {
    if (!namesFile(to, id)) nameFile(to, kind, id, itemOf(from, id));
  }
}

/** Where a body keeps a signature: the holder, and its name in it. @param {RecordBody} body @returns {[any, string][]} */
function placesToSign(body) {
  return [[body, "signature"], ...Object.keys(body.signatures ?? {}).map((place) => /** @type {[any, string]} */ ([body.signatures, place]))];
}
