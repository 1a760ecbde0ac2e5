/** Where two versions of a record differ, item by item, in words for a person. Pure. */

import { ANSWERS } from "../../lib/words.js";

const FIELDS = {
  summary: "总体情况", officers_statement: "执法人员说明", case_no: "案号", officers: "执法人员", timeline: "时间线",
  circumstances: "适用情形", party: "当事人", location: "定位", late_entry: "事后补录", signature: "签名", signatures: "其他人签名", replies: "对意见的答复", state: "状态",
};

/**
 * @param {Checklist} checklist
 * @param {RecordBody} mine
 * @param {RecordBody} theirs
 * @returns {{title: string, mine: Side, theirs: Side}[]}
 * @typedef {{answer: string|null, lines: string[]}} Side `answer` one of the four values
 */
export function differences(checklist, mine, theirs) {
  const items = (checklist?.categories ?? []).flatMap((category) => [...category.items, ...(category.optional_items ?? [])]);
  const answers = items
    .map((item) => ({ title: `${item.code} ${item.title}`, mine: mine.answers?.[item.code], theirs: theirs.answers?.[item.code] }))
    .filter((one) => sameText(answerLines(one.mine)) !== sameText(answerLines(one.theirs)) || one.mine?.value !== one.theirs?.value)
    .map((one) => ({ title: one.title, mine: answerSide(one.mine), theirs: answerSide(one.theirs) }));
  const fields = Object.entries(FIELDS)
    .map(([field, title]) => ({ title, mine: fieldLines(checklist, field, mine[field]), theirs: fieldLines(checklist, field, theirs[field]) }))
    .filter((one) => sameText(one.mine) !== sameText(one.theirs))
    .map((one) => ({ title: one.title, mine: { answer: null, lines: one.mine }, theirs: { answer: null, lines: one.theirs } }));
  return [...answers, ...fields];
}

function sameText(lines) {
  return lines.join("\n");
}

function answerSide(answer) {
  return { answer: answer?.value ?? null, lines: answerLines(answer) };
}

function answerLines(answer) {
  if (!answer) return ["（未作答）"];
  return [
    answer.value ? "" : "（未作答）", answer.note ?? "", answer.no_evidence_reason ? `没有证据：${answer.no_evidence_reason}` : "",
    answer.corrected_on_spot ? "已当场纠正" : "", answer.evidence?.length ? `附件 ${answer.evidence.length} 个` : "",
  ].filter(Boolean);
}

function fieldLines(checklist, field, value) {
  if (value === null || value === undefined || value === "") return ["（空）"];
  switch (field) {
    case "officers": return value.length ? value.map((one) => [one.name, one.certificate_no].filter(Boolean).join(" ")) : ["（空）"];
    case "timeline": return value.length ? value.map((one) => one.text) : ["（空）"];
    case "circumstances": return value.length ? value.map((id) => titleOf(checklist.circumstances, id)) : ["（空）"];
    case "party": return [value.name || "（空）", value.contact || ""].filter(Boolean);
    case "location": return [`${value.latitude}, ${value.longitude}`];
    case "late_entry": return [value.reason || "是"];
    case "signatures": return Object.values(value).filter(Boolean).flatMap((one) => fieldLines(checklist, "signature", one));
    case "signature": return [value.evidence ? "已签名" : `拒绝签名：${value.refused ?? ""}`];
    case "replies": return [`${Object.keys(value).length} 条`];
    case "state": return [{ submitted: "已提交", discarded: "作废" }[value] ?? "草稿"];
    default: return [String(value)];
  }
}

function titleOf(list, id) {
  return (list ?? []).find((one) => one.id === id)?.title ?? id;
}

/** @returns {string} an answer in its Chinese word */
export function answerWord(value) {
  return ANSWERS[value] ?? "";
}
