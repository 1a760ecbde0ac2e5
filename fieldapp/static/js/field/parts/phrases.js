/** Sentences to tap instead of typing. They are added to what is written, never put in its place. */

import { make } from "../../lib/dom.js";
import { addPhrase } from "../records/answering.js";

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

/**
 * 常用语 of a 否, with slots to fill by tapping (sentences.js, which follows the core); plain ones until that is here.
 * @param {HTMLElement} holder @param {import("./open-record.js").OpenRecord} open @param {ChecklistItem} item
 * @param {() => void} onSaid a sentence was tapped
 * @returns {{update: () => void, sayAll: (note: string) => boolean}} `sayAll`: the sentences on the screen are all that the note says
 */
export function phrasesOf(holder, open, item, onSaid) {
  /** @type {ReturnType<typeof import("./sentences.js").sentences>|null} */
  let part = null;
  let isAsked = false;
  const chips = make("div", { class: "chips", role: "group", "aria-label": "常用语" });
  const plain = () => phraseChips(chips, item.phrases ?? [], async (phrase) => {
    await open.flush();
    await open.change((body) => addPhrase(body, item.code, phrase));
    onSaid();
  });
  return {
    update() {
      if (!isAsked) {
        isAsked = true;
        holder.replaceChildren(chips);
        if (item.sentences?.length) {
          import("./sentences.js").then((module) => {
            part = module.sentences(holder, open, item, onSaid);
            part.update();
            onSaid();
          }, plain);
        } else plain();
      }
      part?.update();
    },
    sayAll: (note) => Boolean(part?.sayAll(note)),
  };
}
