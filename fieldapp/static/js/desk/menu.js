/** A <details> menu that closes by Escape and by a tap elsewhere. */

/**
 * @param {HTMLDetailsElement} menu
 */
export function start(menu) {
  const close = () => { menu.open = false; };
  document.addEventListener("click", (event) => {
    if (event.target instanceof Node && !menu.contains(event.target)) close();
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    close();
    menu.querySelector("summary")?.focus();
  });
}
