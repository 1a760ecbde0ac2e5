/** Where the record was made, with ±m. It is looked for in the background; nothing ever waits for it. */

import { NOT_ALLOWED, watchPlace } from "../evidence/place.js";
import { howToAllow } from "./allowing.js";
import { say } from "./ask.js";

/**
 * A place in words: 31.38460, 120.98070(±12 米).
 * @param {{latitude: number, longitude: number, accuracy?: number|null}} place
 * @returns {string}
 */
export function placeWords(place) {
  const within = typeof place.accuracy === "number" ? `（±${Math.round(place.accuracy)} 米）` : "";
  return `${place.latitude.toFixed(5)}, ${place.longitude.toFixed(5)}${within}`;
}

/**
 * Shows the place of the open record in `words`; looks for it at once when it has none yet, and again on `button`.
 * @param {HTMLElement} words
 * @param {HTMLButtonElement} button
 * @param {import("./open-record.js").OpenRecord} open
 */
export function placeLine(words, button, open) {
  let lacking = "没有定位。不影响记录。";

  async function look(event) {
    button.disabled = true;
    words.textContent = "正在定位…可以先继续记录。";
    const found = await watchPlace();
    button.disabled = false;
    if (typeof found?.latitude !== "number") {
      const reason = found?.reason ?? "手机未提供";
      lacking = `没有取得定位（${reason}）。不影响记录。${reason === NOT_ALLOWED ? howToAllow("位置") : ""}`;
      update();
      if (event) say(`还是没有取得定位：${reason}。`);
      return;
    }
    const { latitude, longitude, accuracy } = found;
    if (open.isEditable) await open.change((body) => { body.location = { latitude, longitude, accuracy }; });
    update();
  }

  function update() {
    button.hidden = !open.isEditable;
    if (open.body.location) words.textContent = placeWords(open.body.location);
    else if (!button.disabled) words.textContent = lacking;
  }

  button.addEventListener("click", look);
  update();
  if (open.isEditable && !open.body.location && !open.record.isFromElsewhere) look(null); // begun with another phone, it was elsewhere
  return { update };
}
