/** 行前两分钟: what is known of an agency before going there, from what is on this phone. Counts and states, no words of anybody. */

import { clone, fill, make, need } from "../../lib/dom.js";
import { day } from "../../lib/words.js";
import { allVisits, currentVersion } from "../records/agenda.js";
import { itemsFor } from "../records/completeness.js";
import { listRecords } from "../records/drafts.js";
import { wordsFor } from "../records/record-states.js";
import { readPack } from "../session/pack.js";
import { closed } from "./ask.js";

const [LAST_VISITS, MATTERS, NOTES] = [3, 3, 4]; // one screen

/** Shows the brief of a visit until it is closed. @param {import("../records/agenda.js").Visit} visit */
export async function brief(visit) {
  const [pack, records] = await Promise.all([readPack(), listRecords()]);
  const sheet = clone("brief");
  const own = records.filter((record) => record.kind === "observation" || record.kind === "interview");
  const before = allVisits(pack, records).filter((one) => isBefore(one, visit)).reverse();
  fill(sheet, { title: visit.agency.name });
  list(sheet, "visits", before.slice(0, LAST_VISITS).map((one) => [day(one.starts_at), one.matter || one.domain_label, saidOf(one, own)]), "60 天内没有去过。");
  const open = own.filter((record) => before.some((one) => one.id === record.visit?.id) && isOpen(record));
  list(sheet, "open", open.slice(0, MATTERS).map((record) => [day(record.visit.starts_at), record.kind === "interview" ? "访谈" : "监督记录", wordsFor(record)]), "没有。");
  const often = (pack?.briefs ?? []).find((one) => one.id === visit.agency.id);
  list(sheet, "no", (often?.no ?? []).map((one) => [one.code, one.title, `${often.records} 份有 ${one.count} 份`]), often ? "审核通过的记录里没有答“否”的。" : "还没有审核通过的记录。");
  /** @type {ChecklistItem[]} */
  const items = itemsFor(currentVersion(pack) ?? { categories: [] }, visit);
  const noted = items.filter((item) => item.domain_notes?.[visit.domain]);
  fill(sheet, { domain: `${visit.domain_label}，多看一眼` });
  list(sheet, "notes", noted.slice(0, NOTES).map((item) => [item.code, item.title, item.domain_notes?.[visit.domain] ?? ""]), `按清单检查 ${items.length} 项，没有本领域另外的要求。`);
  await closed(sheet);
}

const isBefore = (one, visit) => one.id !== visit.id && !one.cancelled && one.agency.name === visit.agency.name && Date.parse(one.starts_at) < Date.parse(visit.starts_at);
const isOpen = (record) => ["draft", "returned", "refused", "conflict"].includes(record.state);

/** What became of an earlier visit, as far as this phone knows. */
function saidOf(visit, own) {
  const record = own.find((one) => one.kind === "observation" && one.visit?.id === visit.id);
  if (!record?.body?.answers) return (visit.filed ?? []).length ? `已交 ${visit.filed.length} 份` : "";
  const no = Object.values(record.body.answers).filter((answer) => answer.value === "no").length;
  return no ? `否 ${no}` : "没有答“否”的";
}

function list(sheet, name, rows, nothing) {
  const holder = need(sheet, `[data-part="${name}"]`);
  holder.replaceChildren(...rows.map(([mark, what, said]) => make("li", { class: "brief__row" },
    make("span", { class: "numeric" }, mark), make("span", {}, what), make("span", { class: "soft" }, said))));
  if (rows.length === 0) holder.append(make("li", { class: "soft" }, nothing));
}
