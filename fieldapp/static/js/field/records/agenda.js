/**
 * Which visits there are and when: the pack's and those this phone opened itself. Pure.
 *
 * @typedef {{id: string, mode: string, mode_label: string, domain: string, domain_label: string,
 *   agency: {id: string|null, name: string}, starts_at: string, place: string, matter: string, source?: string,
 *   source_label?: string, group: any, locality: any, is_ad_hoc?: boolean, cancelled?: boolean,
 *   filed?: {state: string, author: {name: string}}[], onlyHere?: boolean}} Visit
 */

import { stands } from "./record-states.js";
import { daysAway } from "../../lib/words.js";

const DAYS_KEPT = 14;

/** Records by others that wait for a word of this user, and of which this phone has not said one. @param {any} pack @param {FieldRecord[]} records */
export function toConfirm(pack, records) {
  const said = new Set(records.filter((one) => stands(one) && one.state !== "draft").map((one) => one.body.observation_digest));
  return (pack?.to_confirm ?? []).filter(({ digest }) => !said.has(digest));
}

/**
 * The pack's visits and the ad-hoc ones that the pack does not know yet (`onlyHere`), earliest first.
 * @param {Pack|null} pack
 * @param {FieldRecord[]} records all records of the signed-in user
 * @returns {Visit[]}
 */
export function allVisits(pack, records) {
  const known = new Map((pack?.visits ?? []).map((visit) => [visit.id, visit]));
  for (const record of records) {
    if (record.kind === "visit" && !isSaidBy(pack, record)) known.set(record.id, visitOf(record, pack));
  }
  for (const record of records) {
    // a record whose visit has left the pack still opens: it carries its own copy
    if (stands(record) && record.visit?.id && !known.has(record.visit.id)) known.set(record.visit.id, record.visit);
  }
  return [...known.values()].sort((a, b) => Date.parse(a.starts_at) - Date.parse(b.starts_at));
}

/** Whether the pack says how an ad-hoc visit is: not of one that this phone has taken back, which it may list a while longer. */
function isSaidBy(pack, record) {
  return !record.body.cancelled && (pack?.visits ?? []).some((visit) => visit.id === record.id);
}

/**
 * A visit in the pack's shape, from the record of an ad-hoc one.
 * @param {FieldRecord} record kind "visit"
 * @param {Pack|null} pack
 * @returns {Visit}
 */
export function visitOf(record, pack) {
  const { mode, domain, agency, place, matter, starts_at, group, locality } = record.body;
  const version = currentVersion(pack);
  const titled = (list, id) => list?.find((one) => one.id === id)?.title ?? id;
  return {
    id: record.id, mode, domain, agency, place, matter, starts_at,
    mode_label: titled(version?.modes, mode), domain_label: titled(version?.domains, domain),
    group: groupsOf(pack).find((one) => one.id === group) ?? null,
    locality: pack?.localities?.find((one) => one.id === locality) ?? null,
    source: "routine", source_label: "", is_ad_hoc: true, cancelled: Boolean(record.body.cancelled), filed: [],
    onlyHere: !record.body.cancelled,
  };
}

/**
 * The working groups that the user's visits name, each once.
 * @param {Pack|null} pack
 * @returns {Array<{id: string, name: string}>}
 */
export function groupsOf(pack) {
  const groups = new Map();
  for (const { group } of pack?.visits ?? []) if (group) groups.set(group.id, group);
  return [...groups.values()];
}

/**
 * The checklist version for new records; the first one when none is marked.
 * @param {Pack|null} pack
 */
export function currentVersion(pack) {
  const versions = pack?.checklist_versions ?? [];
  return versions.find((version) => version.current) ?? versions[0] ?? null;
}

/**
 * Today's visits, the coming ones and those of the past 14 days (latest first), on a Chinese calendar.
 * @param {Visit[]} visits
 * @param {number} now milliseconds since 1970
 */
export function agenda(visits, now) {
  const away = (visit) => daysAway(visit.starts_at, now);
  return {
    today: visits.filter((visit) => away(visit) === 0),
    coming: visits.filter((visit) => away(visit) > 0),
    past: visits.filter((visit) => away(visit) < 0 && away(visit) >= -DAYS_KEPT).reverse(),
  };
}

/** Whether a visit was opened by mistake and taken back, and the user has no record of it. @param {Visit} visit @param {FieldRecord[]} records */
export function isTakenBack(visit, records) {
  const own = () => [...recordsOf(records, visit.id, "observation"), ...recordsOf(records, visit.id, "interview")];
  return Boolean(visit.is_ad_hoc && visit.cancelled) && own().length === 0;
}

/**
 * The user's own records of one kind for a visit, newest first, without discarded drafts.
 * @param {FieldRecord[]} records
 * @param {string} visitId
 * @param {"observation"|"interview"} kind
 */
export function recordsOf(records, visitId, kind) {
  return records.filter((record) => record.kind === kind && (record.body.visit ?? record.visit?.id) === visitId && stands(record));
}

/**
 * Who of the visit's group has filed a record, in words; empty when nobody has.
 * @param {Visit} visit
 */
export function filedWords(visit) {
  const names = (visit.filed ?? []).filter((one) => one.state !== "draft").map((one) => one.author.name);
  return names.length ? `${names.join("、")} 已提交` : "";
}
