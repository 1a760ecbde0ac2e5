/** Comes back to where the page was left, once its cards are drawn; an item named in the address goes before. */

/**
 * @param {string} key one per page and record
 */
export function keepScroll(key) {
  const target = location.hash ? document.getElementById(decodeURIComponent(location.hash.slice(1))) : null;
  const kept = Number(sessionStorage.getItem(key)) || 0;
  if (target) {
    target.closest("details")?.setAttribute("open", "");
    target.scrollIntoView({ block: "start" });
    target.focus({ preventScroll: true });
  } else if (kept) {
    scrollTo(0, kept);
  }
  addEventListener("pagehide", () => sessionStorage.setItem(key, String(Math.round(scrollY))));
}
