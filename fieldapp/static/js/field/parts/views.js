/**
 * The views of one document: when another is shown, what runs in the document (a recording, the sync, the lock) goes on.
 * To a person it is as with pages: links, Back, reload, the address and its `#item` work the same.
 */

import { begin, contentOf, need, template } from "../../lib/dom.js";
import { mintSalt } from "../../lib/ids.js";
import { keepHandedOver } from "../session/handover-lock.js";
import { closeSheets } from "./ask.js";
import { leaveTo, linkOf } from "./leaving.js";
import { flushAll, openRecord, refreshRecord, shows } from "./opened.js";
import { idInQuery } from "./places.js";

const SOON_MS = 1000;

/**
 * @typedef {{name: string, kind?: "observation"|"interview", returns?: boolean, load: () => Promise<{start: Function}>}} View
 * `name` of its template; `kind` of the records that it shows; `returns`: opened anew, too, it is where it was left last time
 * @typedef {{open: import("./open-record.js").OpenRecord|null, signal: AbortSignal}} Shown what a view is started with: its record,
 * null when this phone has none of that kind; and `signal`, which ends with the view
 * @type {Record<string, View>}
 */
let views = {};
/** @type {HTMLElement} */
let main;
let left = new AbortController();
let [here, entry] = ["", ""];

/**
 * Shows the view of the address, from now on without leaving the document.
 * @param {HTMLElement} element the `<main>` in which they take turns
 * @param {Record<string, View>} table by path
 */
export async function startViews(element, table) {
  [main, views] = [element, table];
  history.scrollRestoration = "manual";
  document.addEventListener("click", followLink);
  addEventListener("popstate", arrive);
  addEventListener("pagehide", keepPlace);
  noteEntry();
  await show(left.signal, { isFirst: true });
  setTimeout(() => Object.values(table).forEach((view) => view.load().catch(() => undefined)), SOON_MS); // at hand also where no worker keeps it
}

/** Whether an address is one of this document's. @param {URL|HTMLAnchorElement} address */
export function isView(address) {
  return address.origin === location.origin && address.pathname in views;
}

/** Goes to an address: in this document when it is one of its views. @param {string} href @param {{replace?: boolean}} [how] */
export function go(href, { replace = false } = {}) {
  const address = new URL(href, location.href);
  if (!isView(address)) return leaveTo(href, { replace });
  keepPlace();
  history[replace ? "replaceState" : "pushState"]({ entry: mintSalt() }, "", href);
  return turnTo();
}

function followLink(event) {
  const link = linkOf(event);
  if (!link || !isView(link) || (link.hash && baseOf(link) === here)) return; // a place of this view: the browser goes there
  event.preventDefault();
  go(link.href);
}

/** Back and forward; also a link to another place of this view, which the browser has followed. */
function arrive() {
  keepPlace();
  if (baseOf(location) !== here) return turnTo();
  noteEntry();
  const kept = sessionStorage.getItem(`place:${entry}`);
  return kept && scrollTo(0, Number(kept));
}

function turnTo() {
  noteEntry();
  closeSheets();
  flushAll();
  left.abort();
  left = new AbortController();
  return begin(main, () => show(left.signal));
}

function noteEntry() {
  here = baseOf(location);
  if (!history.state?.entry) history.replaceState({ entry: mintSalt() }, "");
  entry = history.state.entry;
}

const baseOf = (address) => address.pathname + address.search;

async function show(signal, { isFirst = false } = {}) {
  if (!isFirst && await keepHandedOver() === "leaving") return; // the party has the phone: by another tab
  const view = views[location.pathname];
  const id = idInQuery() ?? "";
  const loaded = view.load().catch((error) => { if (!signal.aborted) layEmpty(view.name); throw error; });
  const [{ start }, open] = await Promise.all([loaded, isFirst ? openRecord(id) : refreshRecord(id)]);
  if (signal.aborted) return;
  lay(view.name);
  const isMeant = open && (!view.kind || shows(open, view.kind));
  await start(main, { open: isMeant ? open : null, signal });
  if (signal.aborted) return;
  goToPlace(view, isFirst);
}

/** The view's template into the document: what fills `<main>`, its bar, and what stands in the top bar. */
function lay(name) {
  const { words = "", up = "" } = template(`view-${name}`).dataset;
  const content = contentOf(`view-${name}`);
  nameView(words);
  /** @type {HTMLAnchorElement} */ (need(document, "[data-back]")).href = up;
  need(document, "body > .bottom-bar").replaceWith(need(content, ".bottom-bar"));
  main.replaceChildren(...content.childNodes);
}

/** A view whose script did not come: its name and the way back from it, for the words that say why. */
function layEmpty(name) {
  lay(name);
  /** @type {HTMLElement} */ (need(document, "body > .bottom-bar")).hidden = true;
  main.replaceChildren();
}

/** What the view is called, in the top bar and in the list of open tabs. @param {string} words */
export function nameView(words) {
  need(document, "[data-heading]").textContent = words;
  document.title = `${words} · 伴随式监督`;
}

/** Where the view was left, once its cards are drawn; an item named in the address goes before. Who hears the screen hears which view it is. */
function goToPlace(view, isFirst) {
  const target = location.hash ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
  const kept = sessionStorage.getItem(`place:${entry}`) ?? (view.returns ? sessionStorage.getItem(`place:${here}`) : null);
  if (target && !sessionStorage.getItem(`place:${entry}`)) {
    target.closest("details")?.setAttribute("open", "");
    target.scrollIntoView({ block: "start" });
    target.focus({ preventScroll: true });
    return;
  }
  scrollTo(0, Number(kept) || 0);
  if (!isFirst) /** @type {HTMLElement} */ (need(document, "[data-heading]")).focus({ preventScroll: true });
}

function keepPlace() {
  for (const key of [entry, here]) sessionStorage.setItem(`place:${key}`, String(Math.round(scrollY)));
}
