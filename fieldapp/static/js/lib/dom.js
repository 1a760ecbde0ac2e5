/** The only module that clones templates and starts modules. */

/**
 * The `<template id>`. @param {string} id @returns {HTMLTemplateElement}
 */
export function template(id) {
  const found = document.getElementById(id);
  if (!(found instanceof HTMLTemplateElement)) throw new Error(`no template ${id}`);
  return found;
}

/**
 * A copy of the first element of `<template id>`.
 * @template {HTMLElement} [E=HTMLElement] what the template is known to begin with
 * @param {string} id
 * @returns {E}
 */
export function clone(id) {
  const copy = contentOf(id).firstElementChild;
  if (!(copy instanceof HTMLElement)) throw new Error(`empty template ${id}`);
  return /** @type {E} */ (copy);
}

/** A copy of all that `<template id>` holds. @param {string} id @returns {DocumentFragment} */
export function contentOf(id) {
  return document.importNode(template(id).content, true);
}

/**
 * The first element inside `root` that fits: one that the page must have.
 * @type {{
 *   <K extends keyof HTMLElementTagNameMap>(root: ParentNode, selectors: K): HTMLElementTagNameMap[K],
 *   <E extends HTMLElement>(root: ParentNode, selectors: string): E,
 * }}
 * @throws {Error} when there is none
 */
export const need = (/** @type {ParentNode} */ root, /** @type {string} */ selectors) => {
  const found = root.querySelector(selectors);
  if (!found) throw new Error(`nothing fits ${selectors}`);
  return /** @type {any} */ (found);
};

/**
 * Sets the text of each `[data-slot=NAME]` inside `element` (and of itself). A value that is null or "" hides its slot; a Node
 * replaces what the slot holds. Attributes are written as `"name@attribute"`: null removes it.
 * @template {HTMLElement} E
 * @param {E} element
 * @param {Record<string, string|number|Node|null|undefined>} values
 * @returns {E} the same element
 */
export function fill(element, values) {
  for (const [key, value] of Object.entries(values)) {
    const [name, attribute] = key.split("@");
    const slots = [...element.querySelectorAll(`[data-slot="${name}"]`)];
    if (element.dataset.slot === name) slots.push(element);
    for (const slot of slots) put(/** @type {HTMLElement} */ (slot), attribute, value);
  }
  return element;
}

function put(slot, attribute, value) {
  if (attribute) {
    if (value === null || value === undefined) slot.removeAttribute(attribute);
    else slot.setAttribute(attribute, String(value));
    return;
  }
  slot.hidden = value === null || value === undefined || value === "";
  if (value instanceof Node) slot.replaceChildren(value);
  else if (!slot.hidden) slot.textContent = String(value);
}

/**
 * A new element with attributes and children; text children become text nodes, never HTML.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string|boolean|null|undefined>} [attributes] `false`, null and undefined are left out
 * @param {...(Node|string)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

/**
 * An icon of the sprite.
 * @param {string} name
 * @returns {SVGElement}
 */
export function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `/static/img/icons.svg#${name}`);
  svg.append(use);
  return svg;
}

/**
 * Calls `start(element)` of the module that each `[data-module]` names, once per element.
 * @param {ParentNode} root
 * @param {(name: string) => Promise<{start: (element: HTMLElement) => unknown}>} load
 * @returns {Promise<void>} when all have started; a module that fails is shown, and does not stop the others
 */
export async function start(root, load) {
  const waiting = [...root.querySelectorAll("[data-module]:not([data-started])")];
  await Promise.all(waiting.map((element) => begin(/** @type {HTMLElement} */ (element), async () => {
    const module = await load(element.getAttribute("data-module") ?? "");
    await module.start(/** @type {HTMLElement} */ (element));
  })));
}

/**
 * Does what fills an element. One that has begun carries `data-started`; one that stands (or has failed, `data-failed`) also
 * `data-ready`. An error that brings `words` of its own says what is missing (`data-missing`): they stand in place of a page.
 * @param {HTMLElement} element @param {() => Promise<unknown>} work @returns {Promise<void>} when it is done or has failed
 */
export async function begin(element, work) {
  element.setAttribute("data-started", "");
  for (const mark of ["data-ready", "data-failed", "data-missing"]) element.removeAttribute(mark);
  try {
    await work();
  } catch (error) {
    console.error(error);
    element.setAttribute("data-failed", "");
    const words = /** @type {{words?: string}} */ (error).words;
    if (words && element.tagName === "MAIN") sayMissing(element, words);
    else if (element.tagName === "MAIN") element.append(make("p", { class: "notice notice--danger", role: "alert" },
      "这个页面没有打开成功。本机记录都在。请返回后再试，仍不行请到“我的”里导出救援包。"));
  }
  element.setAttribute("data-ready", "");
}

/** @param {HTMLElement} main @param {string} words */
function sayMissing(main, words) {
  main.setAttribute("data-missing", "");
  main.replaceChildren(make("div", { class: "card empty", role: "alert" },
    make("p", { class: "empty__title" }, words), make("a", { class: "button", href: location.href }, "再试一次")));
}
