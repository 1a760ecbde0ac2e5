/**
 * Buttons of which one is pressed: chips, answers, faces. The pressed one is said by aria-pressed, not by colour alone.
 *
 * @typedef {{value?: any, className?: string, classOf?: (id: any) => string, clearable?: boolean,
 *   dress?: (button: HTMLButtonElement, id: any, words: string) => void, onChange: (id: any) => void}} Wish
 */

/**
 * Fills `holder` with one button for each option.
 * @param {HTMLElement} holder
 * @param {Array<[any, string]>} options id and words
 * @param {Wish} wish `clearable`: a second tap takes the choice back (null)
 * @returns {{set: (id: any) => void}}
 */
export function choices(holder, options, wish) {
  const buttons = new Map();
  let chosen = wish.value ?? null;

  const show = () => buttons.forEach((button, id) => button.setAttribute("aria-pressed", String(id === chosen)));

  for (const [id, words] of options) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = [wish.className ?? "chip", wish.classOf?.(id)].filter(Boolean).join(" ");
    button.value = String(id);
    if (wish.dress) wish.dress(button, id, words);
    else button.textContent = words;
    button.addEventListener("click", () => {
      chosen = wish.clearable && chosen === id ? null : id;
      show();
      wish.onChange(chosen);
    });
    buttons.set(id, button);
  }
  holder.replaceChildren(...buttons.values());
  show();
  return {
    set(id) {
      chosen = id ?? null;
      show();
    },
  };
}
