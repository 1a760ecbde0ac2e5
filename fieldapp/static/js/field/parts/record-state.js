/** How the state of a record looks, and the page that opens it. Pure. */

import { markOf } from "../records/record-states.js";

/**
 * The class that colours its mark.
 * @param {FieldRecord} record
 * @param {Evidence[]} evidence
 */
export function markClass(record, evidence) {
  return `state state--${markOf(record, evidence)}`;
}

/** The page that opens what only the server has. @param {{id: string, kind: string}} said */
export const pageOfSaid = ({ id, kind }) => `/field/${kind === "interview" ? "interview" : "record"}?id=${encodeURIComponent(id)}`;

/**
 * The page that opens it.
 * @param {FieldRecord} record
 */
export function pageOf(record) {
  const id = encodeURIComponent(record.id);
  if (record.state === "conflict") return `/field/conflict?id=${id}`;
  if (record.bodyGone) return `/field/receipt?id=${id}`;
  if (record.kind === "visit") return `/field/visit?id=${id}`;
  if (record.kind === "confirmation") return `/field/confirm?id=${encodeURIComponent(record.body.observation)}`;
  if (record.kind === "interview") return `/field/interview?id=${id}`;
  if (record.kind === "binding") return `/field/visit?id=${encodeURIComponent(record.body.visit)}`;
  return `/field/${record.state === "receipted" ? "receipt" : "record"}?id=${id}`;
}
