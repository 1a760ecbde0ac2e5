/** A button that turns one look on and off: data-name is theme or text, data-value what it turns on. Kept on this browser. */

/**
 * @param {HTMLButtonElement} button
 */
export function start(button) {
  const { name = "", value = "" } = button.dataset;
  const key = `fieldapp.${name}`;
  const isOn = () => document.documentElement.dataset[name] === value;
  const show = () => button.setAttribute("aria-pressed", String(isOn()));
  button.hidden = false;
  button.addEventListener("click", () => {
    if (!isOn()) localStorage.setItem(key, value);
    else localStorage.removeItem(key);
    document.dispatchEvent(new Event("appearance"));
    show();
  });
  show();
}
