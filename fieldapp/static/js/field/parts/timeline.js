/** 时间线: one tap writes the time and what happened; a line may be worded anew or taken away before submission. */

import { clone, fill, make } from "../../lib/dom.js";
import { timeOfDay } from "../../lib/words.js";

const STAMPS = ["到达现场", "亮证", "告知权利", "开始检查", "询问当事人", "采取措施", "文书送达", "离开现场"];

/**
 * @param {{stamps: HTMLElement, list: HTMLElement, text: HTMLInputElement, add: HTMLButtonElement}} places
 * @param {import("./open-record.js").OpenRecord} open
 * @returns {{update: () => void}}
 */
export function timeline({ stamps, list, text, add }, open) {
  let drawn = "";

  function stamp(what) {
    const line = { at_ms: open.nowMs, text: `${timeOfDay(Date.now())} ${what}` };
    open.change((body) => { body.timeline = [...(body.timeline ?? []), line]; });
  }

  function addTyped() {
    const what = text.value.trim();
    if (!what) return;
    text.value = "";
    stamp(what);
  }

  function lineOf(line, at) {
    const element = clone("timeline-row");
    fill(element, { text: line.text, "text@title": line.text });
    const remove = element.querySelector('[data-action="remove"]');
    remove.hidden = !open.isEditable;
    remove.setAttribute("aria-label", `删除“${line.text}”`);
    remove.addEventListener("click", () => open.change((body) => {
      body.timeline = body.timeline.filter((one, place) => !(place === at && one.at_ms === line.at_ms));
    }));
    return element;
  }

  stamps.replaceChildren(...STAMPS.map((what) => {
    const chip = make("button", { type: "button", class: "chip" }, what);
    chip.addEventListener("click", () => stamp(what));
    return chip;
  }));
  add.addEventListener("click", addTyped);
  text.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    addTyped();
  });

  return {
    update() {
      const lines = open.body.timeline ?? [];
      const now = JSON.stringify([lines, open.isEditable]);
      if (now === drawn) return;
      drawn = now;
      list.replaceChildren(...lines.map(lineOf));
      list.hidden = lines.length === 0;
      stamps.hidden = !open.isEditable;
      text.closest("[data-part]").hidden = !open.isEditable;
    },
  };
}
