/** Sentences to tap instead of typing. They are added to what is written, never put in its place. */

import { make } from "../../lib/dom.js";

/**
 * Fills `holder` with one chip for each sentence; hides it when there is none.
 * @param {HTMLElement} holder
 * @param {string[]} sentences
 * @param {(sentence: string) => void} onTap
 */
export function phraseChips(holder, sentences, onTap) {
  holder.hidden = sentences.length === 0;
  holder.replaceChildren(...sentences.map((sentence) => {
    const chip = make("button", { type: "button", class: "chip chip--phrase" }, sentence);
    chip.addEventListener("click", () => onTap(sentence));
    return chip;
  }));
}
