/** One record in a list: what it is, where it stands in words, each file with its state, and what can be done about it. */
import { clone, fill, need } from "../../lib/dom.js";
import { bytes, KINDS, moment, SOURCES, until, unended } from "../../lib/words.js";
import { goOn } from "../records/cancelling.js";
import { discardRecord } from "../records/discarding.js";
import { reopenRecord } from "../records/drafts.js";
import { syncNow } from "../sync/sync-engine.js";
import { interviewWords } from "../records/interview-form.js";
import { itemOf } from "../records/naming.js";
import { discardWay, isEditable, placeOf, SERVER_STATES, wordsFor } from "../records/record-states.js";
import { acknowledge } from "../session/slips.js";
import { brought } from "../storage/packs.js";
import { confirmed, reasonFor, say } from "./ask.js";
import { leaveTo } from "./leaving.js";
import { markClass, pageOf, pageOfSaid } from "./record-state.js";

const FILE_STATES = { kept: "待上传", sending: "上传中", refused: "被拒收", receipted: "已送达" };

/**
 * @param {FieldRecord} record
 * @param {Evidence[]} evidence of the record
 * @param {() => unknown} changed called after an action
 * @param {{inVisit?: boolean}} [where] on the page of its visit the agency is known already
 */
export function recordRow(record, evidence, changed, { inVisit = false } = {}) {
  const row = fill(clone("record-row"), {
    title: inVisit ? whatWords(record) : agencyOf(record),
    detail: [inVisit ? "" : whatWords(record), record.number, whenWords(record)].filter(Boolean).join(" · "),
    state: wordsFor(record, evidence),
    words: reasonWords(record, evidence),
  });
  need(row, "a").href = pageOf(record);
  need(row, '[data-slot="state"]').className = markClass(record, evidence);
  showFiles(row, record, evidence);
  showActions(row, { record, evidence, changed });
  return row;
}

/**
 * A record that only the server has: its number and state, as the pack says; opened, it is fetched.
 * @param {{id: string, kind: string, number?: string, state: string, evidence_named: number, evidence_arrived: number}} said
 * @param {import("../records/agenda.js").Visit} [visit]
 */
export function serverRow(said, visit) {
  const isWhole = said.evidence_arrived >= said.evidence_named;
  const row = fill(clone("server-row"), {
    title: visit?.agency.name ?? KINDS[said.kind],
    detail: [KINDS[said.kind], said.number, visit && moment(visit.starts_at)].filter(Boolean).join(" · "),
    state: said.kind === "interview" && said.state === "submitted" ? "已送达" : SERVER_STATES[said.state]?.words ?? said.state,
    words: isWhole ? null : `附件 ${said.evidence_arrived}/${said.evidence_named}，其余还在另一部手机上`,
  });
  need(row, "a").href = pageOfSaid(said);
  need(row, '[data-slot="state"]').className = `state state--${SERVER_STATES[said.state]?.mark ?? "submitted"}`;
  return row;
}

function agencyOf(record) {
  return record.visit?.agency?.name ?? record.body.agency?.name ?? "未写单位";
}

function whatWords(record) {
  return record.kind === "interview" ? `访谈 · ${interviewWords(record.body)}` : KINDS[record.kind];
}

function whenWords(record) {
  return moment(record.body.started_at ?? record.body.starts_at ?? record.body.bound_at ?? record.createdAt);
}

function reasonWords(record, evidence) {
  const refused = evidence.find((file) => file.state === "refused");
  if (record.review) return `审核意见：${record.review.comment || "见各项批注"}`;
  if (record.refusal) return [record.refusal.title, ...record.refusal.errors.map((one) => one.detail)].join(" ");
  if (record.conflict) return "服务器上已有另一份内容。点开比较，由您选择；两份都还在。";
  if (refused) return `${SOURCES[refused.source]}未上传：${unended(refused.refusal?.title ?? refused.refusal)}。文字和其他附件不受影响。`;
  if (!record.lastError) return "";
  return record.nextTryAt ? `${record.lastError}，${until(record.nextTryAt)}自动重试` : record.lastError;
}

function showFiles(row, { body }, evidence) {
  const files = evidence.filter((file) => !file.remote);
  const arrived = files.filter((file) => file.state === "receipted").length;
  const details = need(row, '[data-slot="files"]');
  details.hidden = files.length === 0;
  fill(row, { "files-words": `附件 ${arrived}/${files.length} 已送达` });
  need(details, "ul").replaceChildren(...files.map((file) => fill(clone("file-row"), {
    name: [SOURCES[file.source], itemOf(body, file.id), bytes(file.bytes)].filter(Boolean).join(" · "),
    state: fileWords(file),
  })));
}

function fileWords(file) {
  const share = file.state === "sending" && file.bytes ? ` ${Math.floor((100 * file.sentBytes) / file.bytes)}%` : "";
  return `${FILE_STATES[file.state]}${share}`;
}

function showActions(row, { record, evidence, changed }) {
  const holder = need(row, '[data-slot="actions"]');
  const group = placeOf(record, evidence);
  const add = (words, act) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--small button--quiet";
    button.textContent = words;
    button.addEventListener("click", async () => { await act(button); changed(); });
    holder.append(button);
  };
  if (record.kind === "binding" && record.state === "refused") add("知道了", () => acknowledge(record.id));
  else if (record.refusal?.discarded) {
    add("另存为新的一份", () => keepAndOpen(record));
    add("不保留", () => discardAfterAsking(record));
    return;
  } else if (record.kind === "visit" && record.body.cancelled) {
    if (record.state === "refused") add("知道了", () => goOn(record.id));
  } else if (record.state === "refused") add("修改后再交", async () => { await reopenRecord(record.id); leaveTo(pageOf({ ...record, state: "draft" })); });
  if (group === "trouble" || record.lastError) {
    add("立即重试", () => syncNow());
    add("复制原因", (button) => copyWords(button, record, evidence));
  }
  if (isEditable(record) && discardWay(record)) add("删除草稿", () => discardAfterAsking(record));
  if (record.state === "discarding") add("恢复草稿", () => reopenRecord(record.id).catch((error) => say(error.message, { danger: true })));
}

async function keepAndOpen(record) {
  const { keepAsNew } = await brought(import("../records/keeping-as-new.js"), "records/keeping-as-new.js");
  leaveTo(pageOf({ ...record, id: await keepAsNew(record.id), state: "draft" }));
}

async function copyWords(button, record, evidence) {
  await navigator.clipboard.writeText(`${record.id}\n${wordsFor(record, evidence)}\n${reasonWords(record, evidence)}`);
  button.textContent = "已复制";
}

/** What becomes of it, truly: where it goes for good, and what stays on the server. */
const DISCARDING = {
  here: "连同它的照片、录音一起删除。它只在本机，删除后找不回来。",
  server: "服务器上的备份标为“已作废”：留痕，不再提交，也不能再改。还没上传的照片、录音从本机删除。没有网络时，联网后送到。",
  gone: "另一部手机已把它作废。本机这份连同照片、录音一起删除，找不回来；服务器上已有的各版留痕。",
};

async function discardAfterAsking(record) {
  const way = discardWay(record);
  const title = way === "gone" ? "不保留本机这份？" : "删除这份草稿？";
  const question = { title, words: DISCARDING[way], yes: way === "server" ? "作废" : "删除" };
  if (way !== "server") {
    if (await confirmed({ ...question, danger: true })) await discardRecord(record.id);
    return;
  }
  const reason = await reasonFor(question);
  if (reason !== null) await discardRecord(record.id, reason);
}
