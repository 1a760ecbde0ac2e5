/** Before submission: what is 否, what is missing, what it would score, the signature, and the one button. */

import { clone, fill, need } from "../../lib/dom.js";
import { ANSWERS, rfc3339 } from "../../lib/words.js";
import { answerRest } from "../records/answering.js";
import { categoryOf, countsOf, gapsAround, gapsIn, isAnswered, itemsFor, optionalFor, signaturesOf } from "../records/completeness.js";
import { syncNow } from "../sync/sync-engine.js";
import { submitRecord } from "../records/drafts.js";
import { writeReplies } from "../records/replying.js";
import { scoreOf } from "../records/scoring.js";
import { confirmed, say } from "../parts/ask.js";
import { bindText } from "../parts/bound-text.js";
import { elsewhereNotice } from "../parts/elsewhere.js";
import { sayWhy } from "../parts/not-here.js";
import { onAction, placesOf } from "../parts/places.js";
import { mayEnd } from "../parts/recording.js";
import { mayLeaveUnanswered, returnedNotice } from "../parts/returned.js";
import { showTroubles } from "../parts/troubles.js";
import { go } from "../parts/views.js";
import { brought } from "../storage/packs.js";

const AFTER = "提交后送交组长审核，不能再自行修改。";

/** @param {HTMLElement} main @param {import("../parts/views.js").Shown} shown */
export async function start(main, { open, signal }) {
  const bar = need(document, ".bottom-bar");
  /** @type {Places<{back: HTMLAnchorElement}>} */
  const places = { ...placesOf(main), ...placesOf(bar) };
  places.unknown.hidden = Boolean(open);
  places.body.hidden = !open;
  if (!open) return sayWhy(places.unknown);
  const items = itemsFor(open.checklist, open.visit);
  const signing = await signingPlaces(places.signing, open);
  if (signal.aborted) return;
  const parts = [returnedNotice(places, open), elsewhereNotice(main, places, open), bindText(main, open), signing];
  places.agency.textContent = open.visit.agency?.name ?? "";
  places.back.href = `/field/record?id=${open.id}`;
  places.back.textContent = open.isEditable ? "返回修改" : "返回";
  /** @type {HTMLAnchorElement} */ (need(document, "[data-back]")).href = places.back.href;
  places.rest.addEventListener("click", () => answerTheRest(open, items));
  onAction(bar, "submit", () => submit(open, signing));
  const update = () => {
    parts.forEach((part) => part.update());
    show(places, open, items);
  };
  open.onChange(update, signal);
  update();
}

/** The places to sign come with a pack: who has not got it yet reads so, and may go without. */
async function signingPlaces(holder, open) {
  try {
    const { signatures } = await brought(import("../parts/signatures.js"), "parts/signatures.js");
    return signatures(holder, open);
  } catch (error) {
    holder.textContent = error.words ?? "签名没有打开。请重新进入本页；不签也可以提交。";
    return { update() {}, maySubmit: async () => true };
  }
}

function show(places, open, items) {
  const counts = countsOf(items, open.answers);
  const gaps = [...gapsAround(open.body), ...gapsIn(open.checklist, open.visit, open.answers)];
  const wrong = [...items, ...optionalFor(open.checklist, open.visit)].filter((item) => open.answers[item.code]?.value === "no");
  showTally(places, open, counts);
  showTroubles(places, open);
  places["gaps-section"].hidden = gaps.length === 0;
  places["gaps-count"].textContent = gaps.length;
  places.gaps.replaceChildren(...gaps.map((gap) => (gap.code ? row(open, gap, gap.text) : rowAround(open, gap))));
  places["no-section"].hidden = wrong.length === 0;
  places["no-count"].textContent = wrong.length;
  places.no.replaceChildren(...wrong.map((item) => row(open, item, factsOf(open, item))));
  const left = counts.total - counts.answered;
  places.rest.hidden = left === 0 || !open.isEditable;
  places.rest.textContent = `其余 ${left} 项记为“未观察到”`;
  const unfiled = open.evidenceAt(null).length;
  places["unfiled-words"].hidden = unfiled === 0 || !open.isEditable;
  places["unfiled-words"].textContent = `有 ${unfiled} 个附件没有归到检查项，会随记录一起提交。`;
  places.submit.hidden = !open.isEditable;
  places.submit.disabled = gaps.length > 0;
  places.submit.textContent = gaps.length ? `还缺 ${gaps.length} 处` : "提交";
}

function showTally(places, open, counts) {
  const { score, band, answeredWeight, minWeight, capped } = scoreOf(open.checklist, open.visit, open.answers);
  places.tally.replaceChildren(...Object.entries(ANSWERS).map(([value, word]) => {
    const mark = fill(clone("tally-mark"), { answer: word, count: counts[value] });
    /** @type {Element} */ (mark.firstElementChild).className = `answer answer--${value.replace("_", "-")}`;
    return mark;
  }));
  places.score.textContent = score === null
    ? `只出记录、不出得分：已答“是”“否”的分值合计 ${answeredWeight}，不足 ${minWeight}。`
    : `预计得分 ${score} · ${band}${capped ? "（有关键项为“否”且未当场纠正）" : ""}${open.checklist.status === "approved" ? "" : "。拟定清单，得分仅供参考"}`;
  places.files.textContent = `照片、录音 ${open.evidence.filter((file) => file.source !== "signature" && !file.of).length} 个`;
}

function factsOf(open, item) {
  const answer = open.answers[item.code];
  const files = open.evidenceAt(item.code).length;
  return [answer.note || answer.no_evidence_reason, files ? `附件 ${files} 个` : "", answer.corrected_on_spot ? "已当场纠正" : ""]
    .filter(Boolean).join(" · ") || "还没有写明事实";
}

function row(open, item, words) {
  const element = fill(clone("check-row"), { title: `${item.code} ${item.title}`, words, critical: item.critical ? "关键项" : null });
  const category = categoryOf(open.checklist, item.code);
  need(element, "a").href = `/field/section?id=${open.id}&category=${category}#item-${item.code}`;
  return element;
}

/** What is missing outside the items stands on this page or on the landing. */
function rowAround(open, gap) {
  const element = fill(clone("check-row"), { title: gap.title, words: gap.text, critical: null });
  const page = document.getElementById(gap.place) ? "" : `/field/record?id=${open.id}`;
  need(element, "a").href = `${page}#${gap.place}`;
  return element;
}

async function answerTheRest(open, items) {
  const left = items.filter((item) => !isAnswered(open.answers[item.code]));
  const sure = await confirmed({
    title: `把其余 ${left.length} 项记为“未观察到”？`,
    words: "“未观察到”不计入得分，也不当作“否”。记录会写明这些项是一并作答的。",
    yes: "都记为“未观察到”",
  });
  const at = open.nowMs;
  if (sure) open.change((body) => answerRest(body, left, "not_observed", at));
}

async function submit(open, signing) {
  await open.flush();
  if (!(await mayEnd("提交这条记录？"))) return;
  if (!(await mayLeaveUnanswered(open)) || !(await signing.maySubmit())) return;
  const words = signaturesOf(open.body).length ? AFTER : `没有签名（签名选填）。${AFTER}`;
  if (!(await confirmed({ title: "提交这条记录？", words, yes: "提交" }))) return;
  const endedAt = rfc3339();
  await open.change((body, record) => {
    body.ended_at ??= endedAt;
    writeReplies(body, record);
  });
  try {
    await submitRecord(open.id);
  } catch (error) {
    say(error.message, { danger: true });
    return;
  }
  syncNow().catch(() => undefined);
  await go(`/field/receipt?id=${open.id}`);
}
