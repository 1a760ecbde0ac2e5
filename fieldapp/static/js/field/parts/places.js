/**
 * The elements of a page by the name of their place.
 * @param {ParentNode} root
 * @returns {Record<string, HTMLElement>}
 */
export function placesOf(root) {
  return Object.fromEntries([...root.querySelectorAll("[data-place]")].map((one) => [one.dataset.place, one]));
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
  for (const button of root.querySelectorAll(`[data-action="${name}"]`)) {
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
