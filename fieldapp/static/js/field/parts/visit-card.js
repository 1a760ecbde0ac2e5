/** One visit as a card: when, whom, where, who comes along, and how far the own record is. */
import { clone, fill, need } from "../../lib/dom.js";
import { moment, timeOfDay } from "../../lib/words.js";
import { filedWords, recordsOf } from "../records/agenda.js";
import { listEvidence } from "../evidence/evidence.js";
import { wordsFor } from "../records/record-states.js";
import { markClass } from "./record-state.js";

/**
 * @param {import("../records/agenda.js").Visit} visit
 * @param {FieldRecord[]} records of the signed-in user
 * @param {{isToday: boolean}} where today's cards show only the time
 */
export async function visitCard(visit, records, { isToday }) {
  const card = clone("visit-card");
  const [record] = recordsOf(records, visit.id, "observation");
  const evidence = record ? await listEvidence(record.id) : [];
  fill(card, {
    time: isToday ? timeOfDay(visit.starts_at) : moment(visit.starts_at),
    mode: visit.mode_label,
    domain: visit.domain_label,
    state: visit.cancelled ? "已取消" : record && wordsFor(record, evidence),
    agency: visit.agency.name,
    place: visit.place,
    matter: visit.matter,
    people: peopleWords(visit),
    filed: filedWords(visit),
  });
  if (record && !visit.cancelled) need(card, '[data-slot="state"]').className = markClass(record, evidence);
  need(card, "a").href = `/field/visit?id=${encodeURIComponent(visit.id)}`;
  return card;
}

/** @param {import("../records/agenda.js").Visit} visit */
function peopleWords({ group, is_ad_hoc: isAdHoc }) {
  if (!group) return isAdHoc ? "临时监督" : "";
  const names = (group.members ?? []).map((member) => member.name);
  return names.length ? `${group.name}：${names.join("、")}` : group.name;
}
