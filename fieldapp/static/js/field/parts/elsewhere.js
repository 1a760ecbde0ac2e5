/** A draft with which another phone has gone on: said on its page, and the newest words are one tap away. */

import { need } from "../../lib/dom.js";
import { hasUnsentWords, isBehind } from "../records/record-states.js";
import { onAction } from "./places.js";

/**
 * @param {HTMLElement} main with the notice `elsewhere` @param {Record<string, HTMLElement>} places
 * @param {import("./open-record.js").OpenRecord} open
 */
export function elsewhereNotice(main, places, open) {
  onAction(main, "renew", () => location.reload()); // opened anew, it is fetched
  return {
    update() {
      places.elsewhere.hidden = !isBehind(open.record);
      const isUnsent = hasUnsentWords(open.record);
      places["elsewhere-words"].textContent = isUnsent ? "本机也有新的改动：下次同步时两份并排，由您选择。" : "本机这份是较早的一版。联网后打开最新的一份再改。";
      need(main, '[data-action="renew"]').hidden = isUnsent;
    },
  };
}
