/** A list of names and values, without those that say nothing. */

import { make } from "../../lib/dom.js";

/**
 * @param {HTMLElement} list a `<dl>`
 * @param {[string, string|number|null|undefined][]} pairs
 */
export function showFacts(list, pairs) {
  const told = pairs.filter(([, value]) => value !== null && value !== undefined && value !== "");
  list.replaceChildren(...told.flatMap(([name, value]) => [make("dt", {}, name), make("dd", {}, String(value))]));
}
