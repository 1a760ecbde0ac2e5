/**
 * A document is left when nothing is under way in the store: WebKit keeps a page that is left in the middle of a write together
 * with it, and whoever comes next would wait for that store for ever.
 */

import { settled } from "../storage/under-way.js";

/** The link of a tap that is followed in this tab, as the browser would; null when the tap is none of ours. @param {MouseEvent} event */
export function linkOf(event) {
  const link = event.target instanceof Element ? event.target.closest("a[href]") : null;
  const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey && !event.altKey;
  if (!(link instanceof HTMLAnchorElement) || event.defaultPrevented || !isPlain) return null;
  return link.target || link.hasAttribute("download") || link.origin !== location.origin ? null : link;
}

/** Goes to another document. @param {string} href @param {{replace?: boolean}} [how] @returns {Promise<void>} */
export async function leaveTo(href, { replace = false } = {}) {
  await settled();
  location[replace ? "replace" : "assign"](href);
}

/** From now on also the links that nobody else follows wait for what is under way. */
export function watchLeaving() {
  document.addEventListener("click", (event) => {
    const link = linkOf(event);
    if (!link || (link.hash && link.pathname + link.search === location.pathname + location.search)) return;
    event.preventDefault();
    leaveTo(link.href);
  });
}
