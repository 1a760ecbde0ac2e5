/**
 * On paper every fold is open. css/print.css does this where the browser knows ::details-content; in older ones the folds
 * are opened before printing and closed again after it.
 */

/** @param {HTMLElement} main */
export function start(main) {
  if (CSS.supports("selector(::details-content)")) return;
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...main.querySelectorAll("details:not([open])")];
    for (const fold of opened) fold.open = true;
  });
  addEventListener("afterprint", () => {
    for (const fold of opened) fold.open = false;
  });
}
