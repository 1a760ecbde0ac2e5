/** 时间线: one tap writes the time and what happened; a line may be worded anew or taken away before submission. */

import { clone, fill, make, need } from "../../lib/dom.js";
import { timeOfDay } from "../../lib/words.js";
import { trueNow } from "../server/clock.js";
import { read, write } from "../storage/store.js";

const STAMPS = {
  on_site: ["到达现场", "亮证", "告知权利", "开始检查", "询问当事人", "采取措施", "文书送达", "离开现场"],
  ledger: ["到达单位", "开始查阅", "询问经办人", "要求补充材料", "查阅完毕"],
  case_file: ["开始阅卷", "询问承办人", "要求补充材料", "阅卷完毕"],
};

/**
 * @param {{stamps: HTMLElement, hint: HTMLElement, list: HTMLElement, text: HTMLInputElement, add: HTMLButtonElement}} places
 * @param {import("./open-record.js").OpenRecord} open
 * @returns {{update: () => void}}
 */
export function timeline({ stamps, hint, list, text, add }, open) {
  let drawn = "";
  const keep = keepLine(text, `line:${open.id}`);

  function stamp(what) {
    const line = { at_ms: open.nowMs, text: `${timeOfDay(trueNow())} ${what}` };
    return open.change((body) => { body.timeline = [...(body.timeline ?? []), line]; });
  }

  async function addTyped() {
    const what = text.value.trim();
    if (!what) return;
    text.value = "";
    if (await stamp(what)) await keep();
  }

  function lineOf(line, at) {
    const element = clone("timeline-row");
    fill(element, { text: line.text, "text@title": line.text });
    const remove = need(element, '[data-action="remove"]');
    remove.hidden = !open.isEditable;
    remove.setAttribute("aria-label", `删除“${line.text}”`);
    remove.addEventListener("click", () => open.change((body) => {
      body.timeline = body.timeline.filter((one, place) => !(place === at && one.at_ms === line.at_ms));
    }));
    return element;
  }

  stamps.replaceChildren(...(STAMPS[open.visit?.mode ?? ""] ?? STAMPS.on_site).map((what) => {
    const chip = make("button", { type: "button", class: "chip" }, what);
    chip.addEventListener("click", () => stamp(what));
    return chip;
  }));
  add.addEventListener("click", addTyped);
  text.addEventListener("keydown", (event) => {
    if (!isEnter(event)) return;
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
      for (const part of [stamps, hint]) part.hidden = !open.isEditable;
      /** @type {HTMLElement} */ (text.closest("[data-part]")).hidden = !open.isEditable;
    },
  };
}

/**
 * Keeps the line in `field` under `key`, and shows the one that was being written when the page was last left.
 * @param {HTMLInputElement} field
 * @param {string} key
 * @returns {() => Promise<void>} keeps what the field holds now: nothing, once the line has become part of the record
 */
function keepLine(field, key) {
  const keep = () => write(["meta"], ({ meta }) => (field.value ? meta.put(field.value, key) : meta.delete(key)));
  field.addEventListener("input", keep);
  read("meta", key).then((text) => { if (text && !field.value) field.value = text; });
  return keep;
}

/** Whether this key press ends what is typed: the Enter that ends a composition does not (Safari says so by 229 alone). */
function isEnter(event) {
  return event.key === "Enter" && !event.isComposing && event.keyCode !== 229;
}
