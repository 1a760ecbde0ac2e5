/** What can be attached to an item, whatever its answer: photos, recordings. */

import { need } from "../../lib/dom.js";
import { audioNotes } from "./audio-note.js";
import { photoStrip } from "./photo-strip.js";
import { takePhotosFor } from "./photo-taking.js";

/**
 * Wires the tools of an item card.
 * @param {HTMLElement} card
 * @param {import("./open-record.js").OpenRecord} open
 * @param {string} code
 * @returns {{update: () => void}}
 */
export function evidenceTools(card, open, code) {
  const part = (name) => need(card, `[data-part="${name}"]`);
  const list = () => open.evidenceAt(code);
  const photos = photoStrip(part("thumbs"), open, list);
  const sounds = audioNotes(part("sounds"), need(card, '[data-action="audio"]'), open, code);
  for (const source of /** @type {const} */ (["camera", "album"])) {
    need(card, `[data-action="${source}"]`).addEventListener("click", () => takePhotosFor(open, code, source));
  }
  return {
    update() {
      need(card, '[data-action="camera"]').hidden = !open.isEditable;
      photos.update();
      sounds.update();
    },
  };
}
