/** One section of the checklist as a page of cards. The order is never forced, and nothing moves on by itself. */

import { need } from "../../lib/dom.js";
import { answerRest } from "../records/answering.js";
import { countsOf, isAnswered, nextOpen, optionalFor, sectionsFor } from "../records/completeness.js";
import { confirmed } from "../parts/ask.js";
import { sayIfInterrupted } from "../parts/interrupted.js";
import { itemCard } from "../parts/item-card.js";
import { jumpButton } from "../parts/jump-button.js";
import { sayWhy } from "../parts/not-here.js";
import { placesOf } from "../parts/places.js";
import { unfiledCamera } from "../parts/unfiled-camera.js";
import { go, nameView } from "../parts/views.js";

/** @param {HTMLElement} main @param {import("../parts/views.js").Shown} shown */
export async function start(main, { open, signal }) {
  const places = { ...placesOf(main), ...placesOf(need(document, ".bottom-bar")) };
  const sections = open ? sectionsFor(open.checklist, open.visit) : [];
  const at = sections.findIndex((section) => section.code === new URLSearchParams(location.search).get("category"));
  places.unknown.hidden = at >= 0;
  if (!open || at < 0) {
    await sayWhy(places.unknown);
    return;
  }
  const section = sections[at];
  const cards = section.items.map((item) => itemCard(open, item));
  places.cards.replaceChildren(...cards.map((card) => card.element));
  cards.push(...optionalCards(places, open, section));
  nameThePage(places, open, section);
  wireBar(places, open, sections, at, cards);
  places.rest.addEventListener("click", () => answerTheRest(open, section));
  jumpButton(document, open);
  const unfiled = unfiledCamera(places, open);
  const update = () => {
    for (const card of cards) card.update();
    unfiled.update();
    showCounts(places, open, section);
  };
  open.onChange(update, signal);
  update();
  await sayIfInterrupted(places.interrupted, open);
}

function nameThePage(places, open, section) {
  nameView(`${section.code} ${section.title}`);
  /** @type {HTMLAnchorElement} */ (need(document, "[data-back]")).href = `/field/record?id=${open.id}`;
  places.facts.hidden = false;
  places.agency.textContent = open.visit.agency?.name ?? "";
  places.locked.hidden = open.isEditable;
}

/** 选做项: folded away until somebody wants one, open when one is answered already. */
function optionalCards(places, open, section) {
  const items = optionalFor(open.checklist, open.visit, section.code);
  const cards = items.map((item) => itemCard(open, item));
  places["optional-cards"].replaceChildren(...cards.map((card) => card.element));
  places["optional-words"].textContent = `选做 ${items.length} 项 · 不计分，可以不答`;
  places.optional.hidden = items.length === 0;
  places.optional.open = items.some((item) => isAnswered(open.answers[item.code]) || location.hash === `#item-${item.code}`);
  return cards;
}

function showCounts(places, open, section) {
  const { answered, total, no, gaps } = countsOf(section.items, open.answers);
  places.counts.textContent = `已答 ${answered}/${total}${no ? " · 否 " + no : ""}`;
  const onward = gaps > 0 ? (answered < total ? "下一未答" : "下一待补") : places.next.textContent;
  places["next-open"].textContent = `已答 ${answered}/${total}，${onward}`;
  const left = total - answered;
  places.rest.hidden = !open.isEditable || left === 0;
  places.rest.textContent = left === total ? `本节 ${total} 项均为“是”` : `本节其余 ${left} 项均为“是”`;
}

function wireBar(places, open, sections, at, cards) {
  const address = (section) => `/field/section?id=${open.id}&category=${section.code}`;
  places.previous.href = at > 0 ? address(sections[at - 1]) : `/field/record?id=${open.id}`;
  places.previous.textContent = at > 0 ? "上一节" : "返回";
  const last = at === sections.length - 1;
  places.next.href = last ? `/field/check?id=${open.id}` : address(sections[at + 1]);
  places.next.textContent = last ? "检查" : "下一节";
  const items = sections.flatMap((section) => section.items);
  let from = location.hash.startsWith("#item-") ? location.hash.slice(6) : sections[at - 1]?.items.at(-1).code ?? null;
  places["next-open"].addEventListener("click", () => {
    const isDone = countsOf(sections[at].items, open.answers).gaps === 0;
    const item = isDone ? null : nextOpen(items, open.answers, from);
    if (!item) return void go(places.next.href);
    from = item.code;
    const card = cards.find((one) => one.item.code === item.code);
    if (!card) return void go(`${address({ code: item.category })}#item-${item.code}`);
    card.showGap(isAnswered(open.answers[item.code]));
    card.element.scrollIntoView({ block: "start", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
    card.element.focus({ preventScroll: true });
  });
}

async function answerTheRest(open, section) {
  const left = section.items.filter((item) => !isAnswered(open.answers[item.code]));
  const sure = await confirmed({
    title: `把其余 ${left.length} 项记为“是”？`,
    words: "只在都亲眼看到符合时使用。记录会写明这些项是一并作答的，之后可以逐项修改。",
    yes: "都记为“是”",
  });
  const at = open.nowMs;
  if (sure) open.change((body) => answerRest(body, left, "yes", at));
}
