/** 访谈: consent first, then five levels, the facts, open questions, opinion, callback, confirmation. */
import { need } from "../../lib/dom.js";
import { markClass } from "../parts/record-state.js";
import { discardRecord } from "../records/discarding.js";
import { reopenRecord, submitRecord } from "../records/drafts.js";
import { unended } from "../../lib/words.js";
import { missing } from "../records/interview-form.js";
import { discardWay, wordsFor } from "../records/record-states.js";
import { readPack } from "../session/pack.js";
import { confirmed, say } from "../parts/ask.js";
import { consentForm } from "../parts/consent.js";
import { elsewhereNotice } from "../parts/elsewhere.js";
import { handOver } from "../parts/hand-over.js";
import { leaveTo } from "../parts/leaving.js";
import { interviewQuestions } from "../parts/interview-questions.js";
import { interviewSignature } from "../parts/interview-signature.js";
import { sayWhy } from "../parts/not-here.js";
import { onAction, placesOf } from "../parts/places.js";
import { dropRecording, mayEnd } from "../parts/recording.js";
import { respondentForm } from "../parts/respondent-form.js";
import { go } from "../parts/views.js";
import { voiceAnswers } from "../parts/voice-answers.js";

/** @param {HTMLElement} main @param {import("../parts/views.js").Shown} shown */
export async function start(main, { open, signal }) {
  /** @type {Places<{"sign-reason": HTMLInputElement, "signature-picture": HTMLImageElement}>} */
  const places = { ...placesOf(document), ...placesOf(main) };
  const bar = need(document, ".bottom-bar");
  const pack = await readPack();
  if (signal.aborted) return;
  places.unknown.hidden = Boolean(open);
  places.body.hidden = !open;
  places.submit.hidden = !open;
  if (!open) {
    await sayWhy(places.unknown);
    return;
  }
  linkBack(open);
  const signing = interviewSignature(places, open);
  const parts = [
    elsewhereNotice(main, places, open),
    consentForm(places.consent, open, pack?.consent ?? null),
    respondentForm(places, open),
    interviewQuestions(places.questions, open),
    voiceAnswers(places.sounds, need(main, '[data-action="speak"]'), open),
    signing,
  ];
  const draw = () => {
    parts.forEach((part) => part.update());
    show(places, open);
  };
  open.onChange(draw, signal);
  draw();
  onAction(main, "hand-over", async () => await mayEnd("交给当事人填写？") && handOver(open));
  onAction(main, "discard", () => discard(open));
  onAction(bar, "submit", () => submit(places, open, signing));
}

/** Back leads to the visit that the interview belongs to. */
function linkBack(open) {
  /** @type {HTMLAnchorElement} */
  const back = need(document, "[data-back]");
  if (back && open.body.visit) back.href = `/field/visit?id=${open.body.visit}`;
}

function show(places, open) {
  const { body, record } = open;
  places.about.textContent = [record.visit?.agency?.name, record.visit?.place].filter(Boolean).join(" · ");
  places.state.textContent = wordsFor(record, open.evidence);
  places.state.className = markClass(record, open.evidence);
  places.body.disabled = !open.isEditable;
  places.asked.hidden = !body.consent?.given;
  places["hand-over"].hidden = Boolean(body.refused) || !open.isEditable;
  places.refused.hidden = !record.refusal;
  if (record.refusal) {
    places["refused-title"].textContent = `服务器没有接收：${unended(record.refusal.title)}。内容仍在本机。`;
    places["refused-list"].replaceChildren(...record.refusal.errors.map(({ detail }) => {
      const row = document.createElement("li");
      row.textContent = detail;
      return row;
    }));
  }
  const gaps = missing(body).length;
  places.submit.textContent = submitWords(open, gaps);
  places.submit.hidden = Boolean(record.refusal?.discarded) || (!open.isEditable && !["refused", "conflict", "waiting"].includes(record.state));
}

function submitWords(open, gaps) {
  if (!open.isEditable) return "继续修改";
  const what = open.body.refused ? "记下拒绝访谈并提交" : "提交访谈";
  return gaps ? `${what}（还差 ${gaps} 项）` : what;
}

async function submit(places, open, signing) {
  await open.flush();
  if (!open.isEditable) {
    await reopenRecord(open.id);
    await go(location.href, { replace: true });
    return;
  }
  const gaps = missing(open.body);
  if (gaps.length) {
    say(`还差：${gaps.map(({ words }) => words).join("、")}`);
    places[gaps[0].at].scrollIntoView({ block: "center" });
    return;
  }
  if (!(await mayEnd("提交访谈？"))) return;
  const stale = open.body.refused ? "" : await signing.staleWords();
  if (stale) {
    say(stale);
    places.signature.scrollIntoView({ block: "center" });
    return;
  }
  await submitRecord(open.id);
  leaveTo(`/field/visit?id=${open.body.visit}`);
}

async function discard(open) {
  const sure = await confirmed({ title: "结束这份访谈？", words: "不保留未成年人说的任何内容。", yes: "结束", danger: true });
  if (!sure) return;
  await dropRecording();
  await open.flush();
  if (discardWay(open.record) === "here") await discardRecord(open.id);
  else { // an empty draft has gone up already: it ends as an interview that was not held
    await open.change((body) => { body.refused = { reason: "受访人未成年，不访谈" }; });
    await submitRecord(open.id);
  }
  leaveTo(`/field/visit?id=${open.body.visit}`, { replace: true });
}
