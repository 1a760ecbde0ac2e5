/** 确认: what this user is asked to confirm of others' records, and what this phone holds of the answers. */

import { newRecord } from "./drafts.js";
import { hasUnsentWords, isEditable, stands } from "./record-states.js";

/**
 * @typedef {object} Asked a record by somebody else, as the pack's `to_confirm` says it
 * @property {string} id @property {string} visit @property {number} revision @property {string} digest @property {string|null} number
 * @property {{id: string, name: string}} author @property {string} agency @property {string} started_at
 * @property {string} checklist_version @property {number} files @property {RecordBody} body @property {boolean} again
 */

/** @param {Asked} row */
const nameOf = ({ id, revision, digest }) => ({ observation: id, observation_revision: revision, observation_digest: digest });

const ofRecord = (records, id) => records.filter((one) => one.kind === "confirmation" && one.body.observation === id && stands(one));

/**
 * What this phone has said of these very words, newest first in `records`: on its way, or arrived since the pack was made.
 * @param {Asked} row @param {FieldRecord[]} records @returns {FieldRecord|undefined}
 */
export function saidOf(row, records) {
  return ofRecord(records, row.id).find(({ state, body }) => state !== "draft" && body.observation_digest === row.digest);
}

/** The draft in which deviations are being written. @param {string} id @param {FieldRecord[]} records @returns {FieldRecord|undefined} */
export const draftOf = (id, records) => ofRecord(records, id).find(isEditable);

/** What was said here and has not arrived yet. @param {FieldRecord[]} records */
export const onItsWay = (records) => records.filter((one) => one.kind === "confirmation" && stands(one) && !isEditable(one) && hasUnsentWords(one));

/** A draft of a confirmation of this row. @param {Asked} row @param {any} pack @returns {Promise<FieldRecord>} durable */
export function beginConfirming(row, pack) {
  const visit = (pack?.visits ?? []).find((one) => one.id === row.visit) ?? { id: row.visit, agency: { id: null, name: row.agency } };
  return newRecord("confirmation", { visit, body: { ...nameOf(row), deviations: [], remark: "" } });
}

/** Names the words that stand on the screen: they may have been submitted anew since the draft was begun. @param {RecordBody} body @param {Asked} row */
export function nameWords(body, row) {
  Object.assign(body, nameOf(row));
}

/** @param {RecordBody} body @param {string} code @returns {{item: string, reason: string, value?: string|null}|undefined} */
export const deviationAt = (body, code) => body.deviations?.find(({ item }) => item === code);

/** Adds a deviation at an item, changes it, or takes it away (null). @param {RecordBody} body @param {string} code @param {any} change */
export function deviate(body, code, change) {
  const others = (body.deviations ?? []).filter(({ item }) => item !== code);
  const now = change && { item: code, reason: "", ...deviationAt(body, code), ...change };
  body.deviations = now ? [...others, now].sort((a, b) => (a.item < b.item ? -1 : 1)) : others;
}

/** Codes of deviations that still lack their reason. @param {RecordBody} body @returns {string[]} */
export const withoutReason = (body) => (body.deviations ?? []).filter(({ reason }) => !reason.trim()).map(({ item }) => item);

/** The first digits of a digest, for two people to compare by eye. @param {string} digest */
export const checkCode = (digest) => digest.slice(0, 8);
