/**
 * The elements of a page by the name of their place.
 * @template {Record<string, HTMLElement>} [Known={}] what is known of their kinds
 * @param {ParentNode} root
 * @returns {Places<Known>}
 */
export function placesOf(root) {
  return /** @type {Places<Known>} */ (Object.fromEntries([...root.querySelectorAll("[data-place]")].map((one) => [one.dataset.place, one])));
}

/**
 * The id in the page's query: shells are the same for everyone, which record they show stands only there.
 * @returns {string|null}
 */
export function idInQuery() {
  return new URLSearchParams(location.search).get("id");
}

/**
 * The button of an action, with what a tap does. While it runs the button cannot be tapped again.
 * @param {ParentNode} root
 * @param {string} name of `[data-action]`
 * @param {(button: HTMLButtonElement) => Promise<unknown>|unknown} act
 */
export function onAction(root, name, act) {
  for (const button of /** @type {NodeListOf<HTMLButtonElement>} */ (root.querySelectorAll(`[data-action="${name}"]`))) {
    button.addEventListener("click", async () => {
      if (button.getAttribute("aria-busy") === "true") return;
      button.setAttribute("aria-busy", "true");
      try {
        await act(button);
      } finally {
        button.removeAttribute("aria-busy");
      }
    });
  }
}
