/** A record that somebody else made, whole, to read and to confirm: problems first, then the sections, the words around them. */

import { make } from "../../lib/dom.js";
import { ANSWERS, dayAndTime } from "../../lib/words.js";
import { checkCode } from "../records/confirming.js";
import { askedItem } from "./asked-item.js";

/**
 * @param {import("../records/confirming.js").Asked} row @param {any} pack @param {import("./asked-item.js").Confirming} confirming
 * @returns {{elements: HTMLElement[], update: () => void}}
 */
export function askedRecord(row, pack, confirming) {
  const version = (pack?.checklist_versions ?? []).find((one) => one.id === row.checklist_version);
  const answers = row.body.answers ?? {};
  const parts = [];
  const listOf = (items) => make("ul", { class: "stack stack--tight" }, ...items.map((item) => {
    const part = askedItem(item, answers[item.code], confirming);
    parts.push(part);
    return part.element;
  }));
  const groups = sectionsOf(version, answers);
  const isNo = (item) => answers[item.code].value === "no";
  const problems = groups.flatMap(({ items }) => items.filter(isNo));
  const rest = groups.map(({ title, items }) => ({ title, items: items.filter((item) => !isNo(item)) })).filter(({ items }) => items.length);
  return {
    elements: [
      head(row, answers),
      ...(problems.length ? [make("section", { class: "stack stack--tight" }, make("h2", { class: "section-title" }, `答“否”的 ${problems.length} 项`), listOf(problems))] : []),
      ...rest.map(({ title, items }) => make("details", { class: "fold" }, make("summary", {}, `${title} ${items.length} 项`), listOf(items))),
      around(row),
    ],
    update: () => parts.forEach((part) => part.update()),
  };
}

function head(row, answers) {
  const counts = Object.entries(ANSWERS).map(([value, words]) => `${words} ${Object.values(answers).filter((one) => one.value === value).length}`);
  const facts = [
    ["记录人", row.author.name], ["开始", dayAndTime(row.started_at)], ["编号", row.number ?? ""], ["版次", `第 ${row.revision} 版`],
    ["核对码", checkCode(row.digest)], ["回答", counts.join(" · ")], ["附件", row.files ? `${row.files} 个，在审核台查看` : "没有"],
  ].filter(([, value]) => value);
  return make("section", { class: "card stack stack--tight" }, make("h2", {}, row.agency),
    make("dl", { class: "dl" }, ...facts.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, value)])));
}

function sectionsOf(version, answers) {
  const categories = (version?.categories ?? []).map(({ title, items }) => ({ title, items }));
  const all = [...categories, { title: "选做项", items: version?.optional_items ?? [] }];
  const known = new Set(all.flatMap(({ items }) => items.map((item) => item.code)));
  const others = Object.keys(answers).filter((code) => !known.has(code)).map((code) => ({ code, title: "" }));
  return [...all, { title: "其他", items: others }].map(({ title, items }) => ({ title, items: items.filter((item) => answers[item.code]) }))
    .filter(({ items }) => items.length > 0);
}

/** What the record says beside its items. */
function around({ body }) {
  const officers = (body.officers ?? []).map(({ name, certificate_no: number }) => [name, number].filter(Boolean).join(" "));
  const timeline = (body.timeline ?? []).map(({ text }) => text);
  const said = [["执法人员", officers.join("、")], ["执法人员说明", body.officers_statement], ["时间线", timeline.join("；")], ["总体情况", body.summary]];
  return make("section", { class: "card stack stack--tight" },
    ...said.filter(([, words]) => words).flatMap(([title, words]) => [make("h3", {}, title), make("p", { class: "prewrap" }, words)]));
}
