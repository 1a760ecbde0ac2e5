/** The landing of a record: where it stands, circumstances, the first items, sections with counts, and the rest. */

import { clone, fill, need } from "../../lib/dom.js";
import { MODES, moment } from "../../lib/words.js";
import { categoryOf, countsOf, itemsFor, nextOpen, sectionsFor } from "../records/completeness.js";
import { reopenRecord } from "../records/drafts.js";
import { toChange } from "../records/replying.js";
import { wordsFor } from "../records/record-states.js";
import { currentUser } from "../session/session.js";
import { bindText } from "../parts/bound-text.js";
import { circumstances } from "../parts/circumstances.js";
import { elsewhereNotice } from "../parts/elsewhere.js";
import { showFacts } from "../parts/facts.js";
import { sayIfInterrupted } from "../parts/interrupted.js";
import { itemCard } from "../parts/item-card.js";
import { jumpButton } from "../parts/jump-button.js";
import { lateEntry } from "../parts/late-entry.js";
import { officersLater } from "../parts/officers-later.js";
import { partyForm } from "../parts/party-form.js";
import { placeLine } from "../parts/place-line.js";
import { sayWhy } from "../parts/not-here.js";
import { onAction, placesOf } from "../parts/places.js";
import { markClass } from "../parts/record-state.js";
import { returnedNotice } from "../parts/returned.js";
import { showTroubles } from "../parts/troubles.js";
import { timeline } from "../parts/timeline.js";
import { unfiledCamera } from "../parts/unfiled-camera.js";
import { go } from "../parts/views.js";

/** @param {HTMLElement} main @param {import("../parts/views.js").Shown} shown */
export async function start(main, { open, signal }) {
  const places = { ...placesOf(main), ...placesOf(need(document, ".bottom-bar")) };
  places.unknown.hidden = Boolean(open);
  places.body.hidden = !open;
  if (!open) {
    await sayWhy(places.unknown);
    return;
  }
  await showHead(places, open);
  if (signal.aborted) return;
  const parts = makeParts(main, places, open);
  onAction(main, "reopen", async () => {
    await reopenRecord(open.id);
    await go(location.href, { replace: true });
  });
  jumpButton(main, open);
  const update = () => {
    for (const part of parts) part.update();
    showState(places, open);
  };
  open.onChange(update, signal);
  update();
  await sayIfInterrupted(places.interrupted, open);
}

function makeParts(main, places, open) {
  const first = itemsFor(open.checklist, open.visit).filter((item) => item.first);
  const cards = first.map((item) => itemCard(open, item));
  places["first-cards"].replaceChildren(...cards.map((card) => card.element));
  places.first.hidden = cards.length === 0;
  keepFold(places.first, `first:${open.id}`);
  return [
    returnedNotice(places, open),
    elsewhereNotice(main, places, open),
    ...cards,
    sectionCards(places, open),
    circumstances({ chips: places["circumstances-chips"], done: places["circumstances-done"], words: places["circumstances-words"] }, open),
    timeline({ stamps: places.stamps, hint: places["stamps-hint"], list: places.timeline, text: places["timeline-text"], add: places["timeline-add"] }, open),
    officersLater(places.officers, places["officers-add"], open),
    partyForm(places.party, open),
    placeLine(places.location, places.locate, open),
    lateEntry({ tick: places.late, field: places["late-field"], reason: places["late-reason"] }, open),
    bindText(main, open),
    unfiledCamera(places, open),
  ];
}

/** A fold stands as it was left while the app is open. */
function keepFold(fold, key) {
  fold.open = sessionStorage.getItem(key) !== null;
  fold.addEventListener("toggle", () => (fold.open ? sessionStorage.setItem(key, "") : sessionStorage.removeItem(key)));
}

async function showHead(places, open) {
  const { visit, record } = open;
  const user = await currentUser();
  const domain = visit.domain_label ?? (open.checklist.domains ?? []).find((one) => one.id === visit.domain)?.title;
  showFacts(places.facts, [
    ["单位", visit.agency?.name], ["时间", moment(record.body.started_at)], ["地点", visit.place], ["方式", visit.mode_label ?? MODES[visit.mode]],
    ["领域", domain], ["事项", visit.matter], ["监督员", user?.name], ["清单", open.checklist.title],
  ]);
  places.agency.textContent = visit.agency?.name ?? "";
  places.interview.href = `/field/visit?id=${encodeURIComponent(visit.id)}`;
}

function showState(places, open) {
  const { record } = open;
  const counts = countsOf(itemsFor(open.checklist, open.visit), open.answers);
  places.state.className = markClass(record, open.evidence);
  places.state.textContent = wordsFor(record, open.evidence);
  places.number.textContent = record.number ?? "";
  places.progress.textContent = `已答 ${counts.answered}/${counts.total}${counts.no ? " · 否 " + counts.no : ""}`;
  places.reopen.hidden = !["returned", "refused", "waiting"].includes(record.state) || Boolean(record.refusal?.discarded);
  places["facts-words"].textContent = moment(record.body.started_at) + (open.body.location ? "" : " · 未定位");
  showOnward(places, open);
  const named = (open.body.officers ?? []).length;
  places["officers-count"].textContent = named ? `${named} 人` : "未填";
  places["party-words"].textContent = open.body.party?.name || "未填";
  showTroubles(places, open);
}

/** The one big button: to the next item that is open; when none is, to the check. */
function showOnward(places, open) {
  const items = itemsFor(open.checklist, open.visit);
  const first = items.filter((one) => one.first);
  const { answered, total } = countsOf(first, open.answers);
  places["first-words"].textContent = `已答 ${answered}/${total}`;
  const item = open.isEditable ? nextOpen(first, open.answers) ?? nextOpen(items, open.answers) : null;
  places.continue.hidden = !item;
  if (item) {
    places.continue.href = `/field/section?id=${open.id}&category=${item.category}#item-${item.code}`;
    places["continue-words"].textContent = `${item.code} ${item.title}`;
  }
  places["to-check"].href = `/field/check?id=${open.id}`;
  places["to-check"].className = item ? "bar-side" : "button button--primary";
  places["check-words"].textContent = item ? "检查提交" : open.isEditable ? "检查并提交" : "查看全部";
}

function sectionCards(places, open) {
  const sections = sectionsFor(open.checklist, open.visit);
  const cards = sections.map((section) => /** @type {HTMLAnchorElement} */ (fill(clone("section-card"), { code: section.code, title: section.title })));
  cards.forEach((card, at) => { card.href = `/field/section?id=${open.id}&category=${sections[at].code}`; });
  places.sections.replaceChildren(...cards);
  return {
    update() {
      sections.forEach((section, at) => {
        const { answered, total, no, gaps } = countsOf(section.items, open.answers);
        const state = answered === total && gaps === 0 ? "已完成" : answered < total ? `还有 ${total - answered} 项未答` : `${gaps} 项待补充`;
        const asked = toChange(open.record, (code) => categoryOf(open.checklist, code) === section.code);
        fill(cards[at], { words: `${answered}/${total} · ${state}`, no: no ? `否 ${no}` : null, asked: asked ? `${asked} 项待改` : null });
      });
    },
  };
}
