/** One item of the checklist as a card: the question, four answers, and what an answer asks for. */

import { clone, fill, make, need } from "../../lib/dom.js";
import { choose, isAutomatic, addPhrase, setCorrected, setNoEvidenceReason, setNote } from "../records/answering.js";
import { gapAt } from "../records/completeness.js";
import { naReasons, withoutEvidenceReasons } from "../records/phrases.js";
import { answerBar } from "./answer-bar.js";
import { citation } from "./citation.js";
import { evidenceTools } from "./evidence-tools.js";
import { phraseChips, phrasesOf } from "./phrases.js";
import { replyAt } from "./returned.js";

const NOTE_LABELS = { no: "事实描述", na: "不适用的理由", other: "备注" };
const NOTE_HINT = "什么时候、谁、怎么说、怎么做";

/**
 * A card for `item` of the open record. Tools and words to look up are there when they are needed: opened, or at a 否.
 * @param {import("./open-record.js").OpenRecord} open
 * @param {ChecklistItem} item with `category`
 * @returns {{element: HTMLElement, item: ChecklistItem, update: () => void, showGap: (shown: boolean) => void}}
 */
export function itemCard(open, item) {
  const element = clone("item-card");
  /** @type {Parts<{corrected: HTMLInputElement, "no-evidence-reason": HTMLSelectElement}>} */
  const part = (name) => need(element, `[data-part="${name}"]`);
  const note = need(part("note"), "textarea");
  const action = (name) => need(element, `[data-action="${name}"]`);
  /** @type {HTMLElement["hidden"]} */
  let noteOpened = false;
  let isOpened = false;
  let gapShown = false;

  explain(element, part, item, open);
  const reply = replyAt(part("reply"), open, item.code);
  nameFields(element, part, note, item.code);
  const bar = answerBar(part("answers"), {
    label: `${item.code} ${item.title}`,
    onChoose(value) {
      const at = open.nowMs;
      open.change((body) => choose(body, item.code, value, at));
    },
  });
  const tools = evidenceTools(element, open, item.code);
  const phrases = phrasesOf(part("wrong"), open, item, () => { noteOpened = false; showNote(open.answers[item.code], false); });
  phraseChips(part("reasons"), naReasons(item), async (phrase) => {
    await open.flush();
    open.change((body) => addPhrase(body, item.code, phrase));
    note.value = open.answers[item.code]?.note ?? "";
  });
  open.type(note, (body, value) => setNote(body, item.code, value));
  part("corrected").addEventListener("change", (event) => {
    const { checked } = /** @type {HTMLInputElement} */ (event.target);
    open.change((body) => setCorrected(body, item.code, checked));
  });
  part("no-evidence-reason").addEventListener("change", (event) => {
    const { value } = /** @type {HTMLSelectElement} */ (event.target);
    open.change((body) => setNoEvidenceReason(body, item.code, value));
  });
  action("open").addEventListener("click", () => { isOpened = !isOpened; update(); });
  action("note").addEventListener("click", () => {
    noteOpened = part("note").hidden || document.activeElement === note ? part("note").hidden : true;
    update();
    if (!part("note").hidden) note.focus();
  });

  function update() {
    const answer = open.answers[item.code];
    const value = answer?.value ?? null;
    const locked = !open.isEditable;
    element.dataset.answer = value ?? "";
    bar.show(value, locked);
    part("wrong").hidden = value !== "no" || locked;
    part("wrong-more").hidden = value !== "no";
    part("reasons").hidden = value !== "na" || locked || isAutomatic(answer);
    part("why").hidden = !isOpened;
    action("open").setAttribute("aria-expanded", String(isOpened));
    if (value === "no" && !locked) phrases.update();
    showNote(answer, locked);
    part("corrected").checked = Boolean(answer?.corrected_on_spot);
    part("corrected").disabled = locked;
    part("no-evidence").hidden = open.evidenceAt(item.code).length > 0;
    part("no-evidence-reason").value = answer?.no_evidence_reason ?? "";
    part("no-evidence-reason").disabled = locked;
    fill(element, { said: sayHow(answer), gap: gapShown ? gapAt(answer) : null });
    tools.update();
    part("tools").hidden = locked || !(isOpened || value === "no" || noteOpened);
    reply.update();
  }

  function showNote(answer, locked) {
    const kind = answer?.value === "no" || answer?.value === "na" ? answer.value : "other";
    if (document.activeElement !== note) note.value = answer?.note ?? "";
    note.readOnly = locked;
    note.placeholder = kind === "no" ? NOTE_HINT : "";
    const isSaid = kind === "no" && !locked && document.activeElement !== note && phrases.sayAll(answer?.note ?? "");
    part("note").hidden = !noteOpened && (isSaid || ((kind === "other" || isAutomatic(answer)) && !(kind === "other" && note.value)));
    action("note").setAttribute("aria-expanded", String(!part("note").hidden));
    fill(element, { "note-label": NOTE_LABELS[kind] });
  }

  update();
  return { element, item, update, showGap(shown) { gapShown = shown; update(); } };
}

/** What does not change while the card lives: words of the item, guidance, legal bases, the reviewer's comment. */
function explain(element, part, item, open) {
  const { checklist, visit, record } = open;
  const circumstance = (checklist.circumstances ?? []).find((one) => one.id === item.applies_when && one.id !== "always");
  element.id = `item-${item.code}`;
  element.dataset.code = item.code;
  fill(element, {
    code: item.code, title: item.title, question: item.question, critical: item.critical ? "关键项" : null,
    when: circumstance ? `仅当：${circumstance.title}` : null,
    review: record.review?.items?.[item.code] ?? null,
    "photo-hint": item.photo_hint ? `拍照提示：${item.photo_hint}` : null, "why-code": ` · 依据 · 更多：${item.code}`,
    "domain-note": item.domain_notes?.[visit.domain] ?? null,
  });
  part("guidance").replaceChildren(...(item.guidance ?? []).map((line) => make("li", {}, line)));
  part("basis").replaceChildren(...(item.basis ?? []).map(citation));
  part("no-evidence-reason").append(...withoutEvidenceReasons().map((reason) => make("option", { value: reason }, reason)));
}

/** Ids and labels, so that each field and button has a name of its own, also for who hears the screen. */
function nameFields(element, part, note, code) {
  const pairs = [[note, need(element, '[data-slot="note-label"]'), "note"],
    [part("corrected"), part("corrected-label"), "corrected"],
    [part("no-evidence-reason"), part("no-evidence-label"), "no-evidence"]];
  for (const [field, label, name] of pairs) {
    field.id = `${name}-${code}`;
    label.htmlFor = field.id;
  }
  for (const [name, words] of [["camera", "拍照"], ["album", "相册"], ["note", "备注"]]) {
    need(element, `[data-action="${name}"]`).setAttribute("aria-label", `${words}：${code}`);
  }
}

/** @returns {string|null} how this answer came about when nobody tapped it at the item */
function sayHow(answer) {
  if (isAutomatic(answer)) return `${answer.note}。自动记为不适用，可以改。`;
  if (answer?.bulk) return "一并作答；可以逐项改。";
  return null;
}
