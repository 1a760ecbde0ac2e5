/** The camera in the bar: the scene goes faster than the form, so photos come first and are filed to items later. */

import { clone, need } from "../../lib/dom.js";
import { brought } from "../storage/packs.js";
import { closed, say } from "./ask.js";
import { takePhotosFor } from "./photo-taking.js";
import { isPicture, photoStrip } from "./photo-strip.js";

/**
 * @param {Record<string, HTMLElement>} places unfiled: the button, unfiled-words in it, unfiled-count: how many photos wait to be filed
 * @param {import("./open-record.js").OpenRecord} open
 * @returns {{update: () => void}}
 */
export function unfiledCamera({ unfiled: button, "unfiled-words": words, "unfiled-count": count }, open) {
  const unfiled = () => open.evidenceAt(null).filter(isPicture);
  /** @type {{update: () => void}|null} */
  let tray = null;

  button.addEventListener("click", async () => {
    if (unfiled().length === 0) {
      await takePhotosFor(open, null, "camera");
      return;
    }
    await showTray();
  });

  async function showTray() {
    const sheet = clone("photo-tray");
    tray = photoStrip(need(sheet, '[data-part="thumbs"]'), open, unfiled);
    for (const how of /** @type {const} */ (["camera", "album"])) {
      need(sheet, `[data-action="${how}"]`).addEventListener("click", () => takePhotosFor(open, null, how));
    }
    need(sheet, '[data-action="burst"]').addEventListener("click", () => brought(import("./burst-camera.js"), "parts/burst-camera.js")
      .then(({ burst }) => burst(open, null)).catch((error) => say(error.message, { danger: true })));
    tray?.update();
    await closed(sheet);
    tray = null;
  }

  return {
    update() {
      const waiting = unfiled().length;
      button.hidden = !open.isEditable;
      count.hidden = waiting === 0;
      count.textContent = String(waiting);
      words.textContent = waiting ? "未归类" : "拍照";
      button.setAttribute("aria-label", waiting ? `未归类照片 ${waiting} 张` : "先拍照，稍后归类");
      tray?.update();
    },
  };
}
