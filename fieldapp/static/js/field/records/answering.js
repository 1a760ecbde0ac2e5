/**
 * How one tap changes the body of a record. Pure: each function changes the body it is given and nothing else, may be
 * applied again without harm (screen first, store after), and never throws away a typed note or a photo.
 */

import { isAnswered } from "./completeness.js";

const NOT_INVOLVED = "本次不涉及：";

/**
 * The answer at an item, made when there is none yet.
 * @returns {import("./completeness.js").Answer}
 */
function answerAt(body, code) {
  body.answers ??= {};
  body.answers[code] ??= { value: null, note: "", corrected_on_spot: false, evidence: [] };
  return body.answers[code];
}

/** Takes away an answer in which nothing is left. */
function tidy(body, code) {
  const answer = body.answers[code];
  if (!answer.value && !answer.note && !(answer.evidence ?? []).length) delete body.answers[code];
}

/**
 * Answers an item, or clears its answer with `value` null; note and evidence stay.
 * @param {RecordBody} body
 * @param {string} code
 * @param {AnswerValue|null} value
 * @param {number} atMs elapsed since the record's start
 */
export function choose(body, code, value, atMs) {
  const answer = answerAt(body, code);
  if (answer.value === "na" && isAutomatic(answer)) answer.note = "";
  answer.value = value;
  answer.at_ms = atMs;
  delete answer.bulk;
  if (answer.value !== "no") {
    answer.corrected_on_spot = false;
    delete answer.no_evidence_reason;
  }
  tidy(body, code);
}

/** Sets the note of an item. */
export function setNote(body, code, note) {
  answerAt(body, code).note = note;
  tidy(body, code);
}

/** Adds a tapped sentence to the note, once. */
export function addPhrase(body, code, phrase) {
  const answer = answerAt(body, code);
  if ((answer.note ?? "").includes(phrase)) return;
  answer.note = answer.note ? `${answer.note.replace(/[;；]\s*$/, "")}；${phrase}` : phrase;
}

/** Says whether what was wrong was put right at once. */
export function setCorrected(body, code, corrected) {
  answerAt(body, code).corrected_on_spot = corrected;
}

/** Says why a 否 has no evidence; empty takes the reason away. */
export function setNoEvidenceReason(body, code, reason) {
  const answer = answerAt(body, code);
  if (reason) answer.no_evidence_reason = reason;
  else delete answer.no_evidence_reason;
}

/**
 * Files a piece of evidence at an item, or unfiled (`code` null), and nowhere else; `drop` takes it out of the record.
 * @param {string|null} code
 */
export function fileEvidence(body, evidenceId, code, { drop = false } = {}) {
  const unfiled = (body.unfiled_evidence ?? []).filter((id) => id !== evidenceId);
  if (code === null && !drop) unfiled.push(evidenceId);
  if (unfiled.length > 0) body.unfiled_evidence = unfiled;
  else delete body.unfiled_evidence;
  for (const known of Object.keys(body.answers ?? {})) {
    const answer = body.answers[known];
    if (known === code || !(answer.evidence ?? []).includes(evidenceId)) continue;
    answer.evidence = answer.evidence.filter((id) => id !== evidenceId);
    tidy(body, known);
  }
  if (code === null) return;
  const answer = answerAt(body, code);
  answer.evidence ??= [];
  if (!answer.evidence.includes(evidenceId)) answer.evidence.push(evidenceId);
}

/** @returns {boolean} whether the record names this piece of evidence, under an item or unfiled */
export function namesEvidence(body, evidenceId) {
  const lists = [body.unfiled_evidence, ...Object.values(body.answers ?? {}).map((answer) => answer.evidence)];
  return lists.some((list) => (list ?? []).includes(evidenceId));
}

/**
 * Answers at one stroke what has no answer yet, and marks each as so made.
 * @param {import("./completeness.js").Item[]} items
 * @param {"yes"|"not_observed"} value
 */
export function answerRest(body, items, value, atMs) {
  for (const item of items) {
    if (isAnswered(body.answers?.[item.code])) continue;
    Object.assign(answerAt(body, item.code), { value, at_ms: atMs, bulk: true });
  }
}

/** @returns {boolean} whether this 不适用 came from the circumstances and not from a tap at the item */
export function isAutomatic(answer) {
  return answer?.value === "na" && (answer.note ?? "").startsWith(NOT_INVOLVED);
}

/**
 * Says which circumstances the visit has. Items that cannot arise become 不适用 with that reason; an automatic 不适用
 * whose circumstance has now been chosen is taken back; what the supervisor answered stays.
 * @param {import("./completeness.js").Item[]} items
 * @param {{id: string, title: string}[]} circumstances
 * @param {string[]} chosen ids
 */
export function setCircumstances(body, items, circumstances, chosen, atMs) {
  body.circumstances = circumstances.map((one) => one.id).filter((id) => chosen.includes(id));
  const titles = new Map(circumstances.map((one) => [one.id, one.title]));
  for (const item of items) {
    const title = titles.get(item.applies_when);
    if (title === undefined || item.applies_when === "always") continue;
    const answer = body.answers?.[item.code];
    if (chosen.includes(item.applies_when)) {
      if (isAutomatic(answer)) choose(body, item.code, null, atMs);
    } else if (!isAnswered(answer)) {
      const made = answerAt(body, item.code);
      Object.assign(made, { value: "na", at_ms: atMs, note: made.note || NOT_INVOLVED + title });
    }
  }
}
