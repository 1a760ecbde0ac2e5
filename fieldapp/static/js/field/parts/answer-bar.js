/**
 * The four answers of an item: told apart by word, shape and colour; a second tap clears; the others are never hidden.
 */

import { make } from "../../lib/dom.js";
import { ANSWERS } from "../../lib/words.js";

/**
 * Fills `holder` with the four buttons.
 * @param {HTMLElement} holder
 * @param {{label: string, onChoose: (value: AnswerValue|null) => void}} wish `label` names the group for a screen reader
 * @returns {{show: (value: string|null|undefined, disabled?: boolean) => void}}
 */
export function answerBar(holder, { label, onChoose }) {
  const buttons = new Map();
  /** @type {string|null} */
  let shown = null;
  holder.setAttribute("role", "group");
  holder.setAttribute("aria-label", label);
  for (const [value, word] of /** @type {[AnswerValue, string][]} */ (Object.entries(ANSWERS))) {
    const looks = { type: "button", class: `answer answer--${value.replace("_", "-")}`, "aria-pressed": "false" };
    const button = make("button", looks, word);
    button.addEventListener("click", () => onChoose(value === shown ? null : value));
    buttons.set(value, button);
  }
  holder.replaceChildren(...buttons.values());
  return {
    show(value, disabled = false) {
      shown = value ?? null;
      for (const [one, button] of buttons) {
        button.setAttribute("aria-pressed", String(one === shown));
        button.disabled = disabled;
      }
    },
  };
}
