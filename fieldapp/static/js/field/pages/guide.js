/** 指引: the checklist to read and search, offline: what to look at, the legal bases, what else a domain asks. */
import { clone, fill, make, need } from "../../lib/dom.js";
import { currentVersion } from "../records/agenda.js";
import { findItems } from "../session/handbook.js";
import { readPack } from "../session/pack.js";
import { onChange } from "../storage/news.js";
import { placesOf } from "../parts/places.js";
import { citation } from "../parts/citation.js";

/** @type {("domain"|"mode"|"stage")[]} */
const FILTERS = ["domain", "mode", "stage"];

/** @param {HTMLElement} main */
export async function start(main) {
  /** @type {Places<{query: HTMLInputElement, domain: HTMLSelectElement, mode: HTMLSelectElement, stage: HTMLSelectElement}>} */
  const places = placesOf(main);
  let version = currentVersion(await readPack());
  const wish = Object.fromEntries(new URLSearchParams(location.search));
  const draw = () => show(places, version, wish);
  places.query.value = wish.query ?? "";
  places.query.addEventListener("input", () => { wish.query = places.query.value; draw(); });
  for (const name of FILTERS) {
    places[name].addEventListener("change", () => { wish[name] = places[name].value; draw(); });
  }
  const begin = () => {
    places["no-pack"].hidden = Boolean(version);
    places.book.hidden = !version;
    if (!version) return;
    for (const name of FILTERS) options(places[name], version[`${name}s`], wish[name]);
    draw();
    openWanted(wish.item);
  };
  onChange(async ({ type }) => {
    if (type !== "pack" && type !== "session") return;
    version = currentVersion(await readPack());
    begin();
  });
  begin();
}

function options(select, list, chosen = "") {
  const first = need(select, "option");
  select.replaceChildren(first, ...(list ?? []).map(({ id, title }) => new Option(title, id, false, id === chosen)));
}

function show(places, version, wish) {
  const categories = findItems(version, wish);
  const items = categories.flatMap((category) => category.items);
  const [count, optional] = [items.length, items.filter((item) => !item.weight).length];
  places.title.textContent = version.title;
  const apart = optional ? `，其中选做 ${optional} 项` : "";
  places.found.textContent = count ? `共 ${count} 项${apart}` : "";
  places.nothing.hidden = count > 0;
  const searching = Boolean(wish.query?.trim()) || FILTERS.some((name) => wish[name]);
  places.categories.replaceChildren(...categories.map((category) => section(category, version, wish, searching)));
}

function section(category, version, wish, searching) {
  /** @type {HTMLDetailsElement} */
  const part = fill(clone("guide-category"), { title: `${category.code} ${category.title}`, count: category.items.length });
  part.open = searching || Boolean(wish.item?.startsWith(category.code));
  need(part, '[data-slot="items"]').append(...category.items.map((item) => card(item, version, wish)));
  return part;
}

function card(item, version, wish) {
  const titled = (list, id) => list.find((one) => one.id === id)?.title ?? id;
  const part = fill(clone("guide-item"), {
    code: item.code, title: item.title, question: item.question,
    critical: item.critical ? "关键项" : null,
    weight: item.weight ? `${item.weight} 分` : "选做，不计分",
    stage: titled(version.stages, item.stage),
    modes: item.modes.map((id) => titled(version.modes, id)).join("、"),
    circumstance: item.applies_when && item.applies_when !== "always" ? titled(version.circumstances, item.applies_when) : null,
    na: item.na_hint, photo: item.photo_hint,
    "na-row@hidden": item.na_hint ? null : "", "photo-row@hidden": item.photo_hint ? null : "",
  });
  part.id = item.code;
  need(part, '[data-slot="guidance"]').append(...(item.guidance ?? []).map((words) => make("li", {}, words)));
  need(part, '[data-slot="basis"]').append(...(item.basis ?? []).map(citation));
  notes(part, item, version, wish.domain);
  return part;
}

function notes(part, item, version, domain) {
  const all = Object.entries(item.domain_notes ?? {}).filter(([id]) => !domain || id === domain);
  need(part, '[data-slot="notes-box"]').hidden = all.length === 0;
  const title = (id) => version.domains.find((one) => one.id === id)?.title ?? id;
  need(part, '[data-slot="notes"]').append(...all.map(([id, words]) => make("li", {}, make("b", {}, `${title(id)}：`), words)));
}

function openWanted(code) {
  /** @type {any} `<details>`: an item of the list has the id */
  const wanted = code && document.getElementById(code);
  if (!wanted) return;
  wanted.open = true;
  wanted.scrollIntoView();
}
