/** A button that opens the browser's print dialog; hidden where scripts do not run. */

/** @param {HTMLElement} button */
export function start(button) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
