/** 告知与同意: the text in force, and what the party answered to it. Without consent nothing is asked; a refusal keeps its reason. */
import { need } from "../../lib/dom.js";
import { timeOfDay } from "../../lib/words.js";
import { REFUSAL_REASONS } from "../records/interview-form.js";
import { choices } from "./choices.js";

/** @type {[string, string][]} */
const METHODS = [["tick", "本人看过，同意"], ["oral", "口头同意"], ["refuse", "拒绝访谈"]];

/**
 * @param {HTMLElement} root parts title, text, methods, given, refusal, reasons, reason
 * @param {import("./open-record.js").OpenRecord} open
 * @param {{version: string, title: string, text: string}|null} notice from the pack
 * @returns {{update: () => void}}
 */
export function consentForm(root, open, notice) {
  /** @type {Parts<{reason: HTMLInputElement}>} */
  const part = (name) => need(root, `[data-part="${name}"]`);
  part("title").textContent = notice?.title ?? "访谈告知与同意";
  part("text").textContent = notice?.text ?? "这部手机还没有取到告知文本。请联网后再访谈。";
  const methods = choices(part("methods"), METHODS, { onChange: (method) => answer(open, notice, method) });
  choices(part("reasons"), REFUSAL_REASONS.map((words) => [words, words]), {
    onChange: (words) => open.change((body) => { if (body.refused) body.refused.reason = words; }),
  });
  open.type(part("reason"), (body, value) => { if (body.refused) body.refused.reason = value; });
  return {
    update() {
      const { consent, refused } = open.body;
      methods.set(refused ? "refuse" : consent?.given ? consent.method : null);
      part("refusal").hidden = !refused;
      part("given").hidden = !consent?.given;
      if (consent?.given) part("given").textContent = `已记下同意，${timeOfDay(Date.parse(open.body.started_at) + consent.at_ms)}`;
      if (document.activeElement !== part("reason")) part("reason").value = refused?.reason ?? "";
    },
  };
}

/**
 * Writes the answer to the consent question, with the version of the text and the moment.
 * @param {import("./open-record.js").OpenRecord} open
 * @param {{version: string}|null} notice
 * @param {"tick"|"oral"|"refuse"} method
 */
export function answer(open, notice, method) {
  const given = method !== "refuse";
  const consent = { version: notice?.version ?? "", given, method: given ? method : "oral", at_ms: open.nowMs };
  return open.change((body) => {
    body.consent = { ...consent };
    body.refused = given ? null : { reason: body.refused?.reason ?? "" };
  });
}
