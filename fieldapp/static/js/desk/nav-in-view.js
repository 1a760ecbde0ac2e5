/** On a narrow screen the navigation scrolls sideways: brings the place where the reader stands into view. */

/**
 * @param {HTMLElement} nav
 */
export function start(nav) {
  const here = nav.querySelector("[aria-current]");
  if (here instanceof HTMLElement) nav.scrollLeft = here.offsetLeft - nav.offsetLeft - (nav.clientWidth - here.offsetWidth) / 2;
}
