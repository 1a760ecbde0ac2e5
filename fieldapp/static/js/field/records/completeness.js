/**
 * What is asked and what is still missing: the phone's mirror of the server's checklist rules. Pure: plain values in,
 * plain values out. The server decides in the end; here nobody has to wait for it.
 * @typedef {{code: string, title: string, category: string, stage: string, modes: string[], domains: string[],
 *   weight: number, critical: boolean, applies_when: string, na_hint?: string|null, fact?: string, first?: boolean}} Item
 * @typedef {{value?: string|null, note?: string, evidence?: string[], corrected_on_spot?: boolean, bulk?: boolean,
 *   no_evidence_reason?: string, at_ms?: number}} Answer
 * @typedef {{mode: string, domain: string}} Visit
 */

const VALUES = ["yes", "no", "na", "not_observed"];

/**
 * The sections of the checklist with the items that this visit's mode and domain ask for; empty sections left out.
 * @param {{categories: {code: string, title: string, items: Item[]}[]}} checklist
 * @param {Visit} visit
 */
export function sectionsFor(checklist, visit) {
  return checklist.categories
    .map((category) => ({
      code: category.code,
      title: category.title,
      items: category.items.filter((item) => isAsked(item, visit)).map((item) => ({ ...item, category: category.code })),
    }))
    .filter((section) => section.items.length > 0);
}

/**
 * All items that are asked, in the order of the checklist.
 * @returns {Item[]}
 */
export function itemsFor(checklist, visit) {
  return sectionsFor(checklist, visit).flatMap((section) => section.items);
}

/**
 * 选做项 of this visit's mode and domain: nobody owes them, whoever chooses to answer one does it as any other.
 * @param {string} [category] only those of this one
 * @returns {Item[]}
 */
export function optionalFor(checklist, visit, category) {
  return checklist.categories
    .filter((one) => !category || one.code === category)
    .flatMap((one) => (one.optional_items ?? []).filter((item) => isAsked(item, visit)).map((item) => ({ ...item, category: one.code })));
}

/** @returns {string|null} the category under which an item stands in this checklist */
export function categoryOf(checklist, code) {
  const holds = (category) => [...category.items, ...(category.optional_items ?? [])].some((item) => item.code === code);
  return checklist.categories.find(holds)?.code ?? null;
}

/** @returns {boolean} whether mode and domain of the visit ask for this item */
export function isAsked(item, visit) {
  const domains = item.domains ?? [];
  return item.modes.includes(visit.mode) && (domains.length === 0 || domains.includes(visit.domain));
}

/** @returns {boolean} whether the item is answered by one of the four values */
export function isAnswered(answer) {
  return VALUES.includes(answer?.value);
}

/**
 * What is missing at one item, as a short sentence; null when nothing is.
 * @param {Answer|undefined} answer
 * @returns {string|null}
 */
export function gapAt(answer) {
  if (!answer || !isAnswered(answer)) return "还没有作答";
  const note = (answer.note ?? "").trim();
  const explained = note || (answer.evidence ?? []).length > 0 || (answer.no_evidence_reason ?? "").trim();
  if (answer.value === "no" && !explained) return "“否”要写明事实、附证据，或说明为什么没有证据";
  if (answer.value === "na" && !note) return "“不适用”要写明理由";
  return null;
}

/**
 * Every gap that stands between this record and its submission.
 * @param {Record<string, Answer>} answers
 * @returns {{code: string, title: string, category: string, text: string}[]}
 */
export function gapsIn(checklist, visit, answers) {
  const chosen = optionalFor(checklist, visit).filter((item) => isAnswered(answers[item.code]));
  return [...itemsFor(checklist, visit), ...chosen]
    .map((item) => ({ code: item.code, title: item.title, category: item.category, text: gapAt(answers[item.code]) ?? "" }))
    .filter((gap) => gap.text);
}

/**
 * What is missing outside the items: a promise to give a reason, without the reason.
 * @param {RecordBody} body
 * @returns {{place: string, title: string, text: string, code?: undefined}[]} of no item, so without `code`
 */
export function gapsAround(body) {
  const { late_entry: late } = body;
  const found = signaturesOf(body)
    .filter(([, signature]) => !signature.evidence && !(signature.refused ?? "").trim())
    .map(([place]) => ({ place: `reason-${place}`, title: "拒绝签名", text: "要写明原因" }));
  if (late && !(late.reason ?? "").trim()) found.push({ place: "late-reason", title: "事后补录", text: "要写明原因" });
  return found;
}

/** What stands in the places to sign, with the name of each place. @param {RecordBody} body @returns {[string, any][]} */
export function signaturesOf({ signature, signatures }) {
  return Object.entries({ recorder: signature, ...signatures }).filter(([, given]) => given);
}

/**
 * How many of these items are answered, and how.
 * @param {Item[]} items
 * @param {Record<string, Answer>} answers
 */
export function countsOf(items, answers) {
  const counts = { total: items.length, answered: 0, yes: 0, no: 0, na: 0, not_observed: 0, gaps: 0 };
  for (const item of items) {
    const answer = answers[item.code];
    if (isAnswered(answer)) {
      counts.answered += 1;
      counts[answer.value] += 1;
    }
    if (gapAt(answer) !== null) counts.gaps += 1;
  }
  return counts;
}

/**
 * The first item with a gap after `code`, going round to the start; null when there is none.
 * @param {string|null} code
 * @returns {Item|null}
 */
export function nextOpen(items, answers, code = null) {
  const start = items.findIndex((item) => item.code === code) + 1;
  const round = [...items.slice(start), ...items.slice(0, start)];
  return round.find((item) => gapAt(answers[item.code]) !== null) ?? null;
}
