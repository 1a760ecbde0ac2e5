/** One item of a record that somebody else made, with 不同意见: the own answer and the reason. */

import { make } from "../../lib/dom.js";
import { ANSWERS } from "../../lib/words.js";
import { deviate, deviationAt } from "../records/confirming.js";
import { choices } from "./choices.js";

/**
 * @typedef {object} Confirming what the page has in hand
 * @property {() => import("./open-record.js").OpenRecord|null} open the draft, once there is one
 * @property {() => Promise<import("./open-record.js").OpenRecord>} begin
 * @property {() => void} changed
 */

/**
 * @param {{code: string, title: string}} item @param {{value?: string, note?: string, no_evidence_reason?: string}} answer
 * @param {Confirming} confirming
 * @returns {{element: HTMLElement, update: () => void}}
 */
export function askedItem(item, answer, confirming) {
  const toggle = make("button", { type: "button", class: "button button--quiet", "aria-label": `${item.code} 有不同意见` }, "不同意见");
  const holder = make("div", { class: "stack stack--tight" });
  const value = answer.value ?? "";
  const facts = answer.note || answer.no_evidence_reason;
  const element = make("li", { class: "card stack stack--tight", id: `item-${item.code}` },
    make("div", { class: "row row--between" }, make("strong", { class: "grow" }, `${item.code} ${item.title}`),
      make("span", { class: `answer answer--${value.replace("_", "-")}` }, ANSWERS[value] ?? "未作答")),
    ...(facts ? [make("p", { class: "prewrap" }, facts)] : []), toggle, holder);
  /** @type {{update: (given: any) => void}|null} */
  let fields = null;
  toggle.addEventListener("click", async () => {
    const open = await confirming.begin();
    const isNew = !deviationAt(open.body, item.code);
    await open.change((body) => deviate(body, item.code, isNew ? {} : null));
    confirming.changed();
    if (isNew) holder.querySelector("textarea")?.focus();
  });
  const update = () => {
    const open = confirming.open();
    const given = open && deviationAt(open.body, item.code);
    toggle.textContent = given ? "不写了" : "不同意见";
    toggle.setAttribute("aria-pressed", String(Boolean(given)));
    if (!given || !open) {
      holder.replaceChildren();
      fields = null;
      return;
    }
    fields ??= deviationFields(holder, item.code, open);
    fields.update(given);
  };
  update();
  return { element, update };
}

function deviationFields(holder, code, open) {
  const id = `reason-${code}`;
  const reason = make("textarea", { id, maxlength: "2000", rows: "2" });
  const chips = make("div", { class: "chips", role: "group", "aria-label": `${code} 您的回答` });
  const answers = choices(chips, Object.entries(ANSWERS), {
    clearable: true, onChange: (value) => open.change((body) => deviate(body, code, { value })),
  });
  open.type(reason, (body, words) => { if (deviationAt(body, code)) deviate(body, code, { reason: words }); });
  holder.replaceChildren(
    make("div", { class: "field" }, make("label", { for: id }, `${code} 哪里不一致`), reason),
    make("div", { class: "field" }, make("span", { class: "field__label" }, "您的回答 ", make("span", { class: "field__optional" }, "选填")), chips));
  return {
    update(given) {
      if (document.activeElement !== reason) reason.value = given.reason ?? "";
      answers.set(given.value ?? null);
    },
  };
}
