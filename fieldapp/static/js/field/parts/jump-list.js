/** 全部项: every item that is asked, with its answer; a tap leads there. First what is wanted, then rows with titles: nobody knows codes by heart. */

import { clone, make, need } from "../../lib/dom.js";
import { ANSWERS } from "../../lib/words.js";
import { gapAt, isAnswered, sectionsFor } from "../records/completeness.js";
import { closed } from "./ask.js";
import { go } from "./views.js";

const FILTERS = {
  open: { word: "未答", fits: (answer) => gapAt(answer) !== null },
  no: { word: "否", fits: (answer) => answer?.value === "no" },
  all: { word: "全部", fits: () => true },
};

/**
 * Shows the list until an item is chosen, or it is closed.
 * @param {import("./open-record.js").OpenRecord} open
 */
export async function jumpList(open) {
  const sheet = clone("jump-list");
  const [list, filters] = [need(sheet, '[data-part="list"]'), need(sheet, '[data-part="filters"]')];
  const sections = sectionsFor(open.checklist, open.visit);
  const items = sections.flatMap((section) => section.items);
  need(sheet, "h2").textContent = `全部 ${items.length} 项`;
  const draw = (wanted) => {
    for (const chip of filters.children) chip.setAttribute("aria-pressed", String(chip.getAttribute("data-filter") === wanted));
    list.replaceChildren(...sections.flatMap((section) => rowsOf(open, section, FILTERS[wanted].fits)));
    if (!list.children.length) list.append(make("p", { class: "jump__group" }, wanted === "no" ? "还没有答“否”的项。" : "都已作答。"));
  };
  filters.replaceChildren(...Object.entries(FILTERS).map(([name, { word, fits }]) => {
    const count = items.filter((item) => fits(open.answers[item.code])).length;
    const chip = make("button", { type: "button", class: "chip", "data-filter": name }, `${word} ${count}`);
    chip.addEventListener("click", () => draw(name));
    return chip;
  }));
  draw("all");
  let href = "";
  list.addEventListener("click", (event) => {
    const link = /** @type {HTMLAnchorElement|null} */ (/** @type {Element} */ (event.target).closest("a"));
    if (!link) return;
    event.preventDefault();
    href = link.href;
    /** @type {HTMLDialogElement} */ (sheet).close();
  });
  await closed(sheet);
  if (href) await leadTo(href);
}

function rowsOf(open, section, fits) {
  const items = section.items.filter((item) => fits(open.answers[item.code]));
  if (items.length === 0) return [];
  return [make("h3", { class: "jump__group" }, `${section.code} ${section.title}`), ...items.map((item) => rowOf(open, section, item))];
}

function rowOf(open, section, item) {
  const answer = open.answers[item.code];
  const said = isAnswered(answer) ? answer.value : "";
  const mark = said ? make("span", { class: `answer answer--${said.replace("_", "-")}` }, ANSWERS[said]) : make("span", { class: "quiet" }, "未答");
  return make("a", { class: "jump__row", href: `/field/section?id=${open.id}&category=${section.code}#item-${item.code}` },
    make("span", { class: "item-card__code" }, item.code), make("span", { class: "grow" }, item.title), mark);
}

/** An item of the section that is shown is a place of this page; one of another is another view. */
async function leadTo(href) {
  const address = new URL(href);
  if (location.pathname + location.search !== address.pathname + address.search) return void await go(href);
  const card = need(document, address.hash);
  card.closest("details")?.setAttribute("open", "");
  card.scrollIntoView({ block: "start" });
  card.focus({ preventScroll: true });
}
