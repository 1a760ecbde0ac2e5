/** 交给当事人填写: one locked page in large type. Back and reload stay here; only the supervisor's PIN leads out. */
import { need } from "../../lib/dom.js";
import { day } from "../../lib/words.js";
import { currentLock, finishHandover } from "../session/handover-lock.js";
import { readPack } from "../session/pack.js";
import { say } from "../parts/ask.js";
import { bindFields } from "../parts/bound-fields.js";
import { answer } from "../parts/consent.js";
import { interviewQuestions } from "../parts/interview-questions.js";
import { staleWords } from "../parts/interview-signature.js";
import { leaveTo } from "../parts/leaving.js";
import { openRecord } from "../parts/opened.js";
import { signByFinger } from "../parts/signature.js";
import { pinGate } from "../parts/pin-gate.js";
import { onAction, placesOf } from "../parts/places.js";

/** @param {HTMLElement} main */
export async function start(main) {
  const lock = await currentLock();
  if (!lock) {
    leaveTo("/field/", { replace: true });
    return;
  }
  stayHere();
  const places = placesOf(main);
  pinGate(places.gate, () => leaveTo(`/field/interview?id=${encodeURIComponent(lock.recordId)}`, { replace: true }));
  onAction(main, "take-back", () => { places.gate.hidden = false; need(places.gate, "input").focus(); });
  const open = await openRecord(lock.recordId, "interview");
  if (!open || lock.done) {
    showDone(places);
    return;
  }
  const { visit } = open.record;
  places.about.textContent = visit?.agency?.name ? `说的是：${visit.agency.name}，${day(visit.starts_at)}的执法` : "";
  places.about.hidden = !places.about.textContent;
  const notice = (await readPack())?.consent ?? null;
  places["notice-title"].textContent = notice?.title ?? "访谈告知与同意";
  places["notice-text"].textContent = notice?.text ?? "";
  const parts = [interviewQuestions(places.questions, open), bindFields(places.words, open)];
  const draw = () => {
    const given = Boolean(open.body.consent?.given) && open.body.is_adult === true;
    places.notice.hidden = given;
    places.questions.hidden = !given;
    showSigned(places["sign-words"], open);
    parts.forEach((part) => part.update());
  };
  open.onChange(draw);
  draw();
  places.form.hidden = false;
  wire(main, { places, open, notice });
}

async function showSigned(words, open) {
  const isStale = Boolean(await staleWords(open));
  if (!open.body.signature?.evidence) words.textContent = "签名可签可不签，不签也可以完成。";
  else words.textContent = isStale ? "签名以后又改过，原来的签名不再算数。请再签一次，或者就这样完成。" : "已签名。要改就再签一次。";
}

function wire(main, { places, open, notice }) {
  onAction(main, "agree", async () => {
    if (!places.adult.checked) {
      say("请先确认您已满 18 周岁；未成年人请把手机交还。");
      return;
    }
    await open.change((body) => { body.is_adult = true; });
    await answer(open, notice, "tick");
    scrollTo(0, 0);
  });
  onAction(main, "decline", async () => {
    await answer(open, notice, "refuse");
    await open.change((body) => { body.refused.reason ||= "当事人不同意"; });
    await finish(places, open);
  });
  onAction(main, "sign", () => signByFinger(open));
  onAction(main, "done", () => finish(places, open));
}

async function finish(places, open) {
  await open.flush();
  await finishHandover();
  showDone(places);
}

function showDone(places) {
  places.heading.textContent = "谢谢您！";
  document.title = "谢谢您";
  places.about.hidden = true;
  places.form.hidden = true;
  places.done.hidden = false;
  places.gate.hidden = false;
  places["take-back"].hidden = true;
  scrollTo(0, 0);
  places.heading.focus({ preventScroll: true });
}

/** The back button finds this page again: an entry is laid on top each time it is taken away. */
function stayHere() {
  history.pushState(null, "", location.href);
  addEventListener("popstate", () => history.pushState(null, "", location.href));
}
