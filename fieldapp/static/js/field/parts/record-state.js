/** Where a record stands: the class of its mark, the group it is listed in, the page that opens it. Pure. */

const UNSENT = new Set(["waiting", "sending"]);

/**
 * The group of the records page: what waits for a person comes first.
 * @param {object} record
 * @param {Array<object>} evidence
 * @returns {"returned"|"trouble"|"drafts"|"waiting"|"done"}
 */
export function groupOf(record, evidence) {
  if (record.state === "refused" || record.state === "conflict") return "trouble";
  if (record.state === "returned" || (record.state === "draft" && record.review)) return "returned";
  if (evidence.some((file) => file.state === "refused")) return "trouble";
  if (record.state === "draft") return "drafts";
  if (UNSENT.has(record.state)) return "waiting";
  return evidence.every((file) => file.state === "receipted" || file.remote) ? "done" : "waiting";
}

/**
 * The class that colours its mark.
 * @param {object} record
 * @param {Array<object>} evidence
 */
export function markClass(record, evidence) {
  if (record.state === "receipted" && record.serverState === "approved") return "state state--approved";
  const group = groupOf(record, evidence);
  const names = { returned: "returned", trouble: "refused", drafts: "draft", done: "receipted" };
  return `state state--${names[group] ?? (record.state === "sending" ? "sending" : "waiting")}`;
}

/**
 * The page that opens it.
 * @param {object} record
 */
export function pageOf(record) {
  const id = encodeURIComponent(record.id);
  if (record.state === "conflict") return `/field/conflict?id=${id}`;
  if (record.kind === "visit") return `/field/visit?id=${id}`;
  if (record.kind === "interview") return `/field/interview?id=${id}`;
  if (record.kind === "binding") return `/field/visit?id=${encodeURIComponent(record.body.visit)}`;
  return `/field/${record.state === "receipted" ? "receipt" : "record"}?id=${id}`;
}
