/**
 * 适用情形: what this visit has, as chips. Once said, items that cannot arise are 不适用 by themselves and can be changed;
 * until it is said nothing is answered for anybody.
 */

import { make } from "../../lib/dom.js";
import { isAutomatic, setCircumstances } from "../records/answering.js";
import { itemsFor } from "../records/completeness.js";

/**
 * @param {{chips: HTMLElement, done: HTMLButtonElement, words: HTMLElement}} places
 * @param {import("./open-record.js").OpenRecord} open
 * @returns {{update: () => void}}
 */
export function circumstances({ chips, done, words }, open) {
  const items = itemsFor(open.checklist, open.visit);
  const asked = new Set(items.map((item) => item.applies_when));
  const known = (open.checklist.circumstances ?? []).filter((one) => one.id !== "always" && asked.has(one.id));
  const buttons = new Map();

  const chosen = () => open.body.circumstances ?? [];
  const isSaid = () => Boolean(open.record.circumstancesSaid || open.record.review) || Object.values(open.answers).some(isAutomatic);

  function apply(ids, said) {
    const at = open.nowMs;
    open.change((body, record) => {
      if (!said) {
        body.circumstances = known.map((one) => one.id).filter((id) => ids.includes(id));
        return;
      }
      record.circumstancesSaid = true;
      setCircumstances(body, items, known, ids, at);
    });
  }

  for (const { id, title } of known) {
    const chip = make("button", { type: "button", class: "chip", "aria-pressed": "false" }, title);
    chip.addEventListener("click", () => {
      const ids = chosen().includes(id) ? chosen().filter((one) => one !== id) : [...chosen(), id];
      apply(ids, isSaid());
    });
    buttons.set(id, chip);
  }
  chips.replaceChildren(...buttons.values());
  done.addEventListener("click", () => apply(chosen(), true));

  return {
    update() {
      const now = chosen();
      for (const [id, chip] of buttons) {
        chip.setAttribute("aria-pressed", String(now.includes(id)));
        chip.disabled = !open.isEditable;
      }
      const outside = items.filter((item) => buttons.has(item.applies_when) && !now.includes(item.applies_when)).length;
      done.hidden = isSaid() || !open.isEditable || known.length === 0;
      done.textContent = outside > 0 ? `选好了，其余 ${outside} 项记为不适用` : "选好了";
      words.textContent = isSaid()
        ? `没有点选的，相关 ${outside} 项已记为“不适用”，可逐项改。`
        : "点选遇到的。没有点选的，相关项记为“不适用”，可改。";
    },
  };
}
