/** 常用语 of a 否 as sentences with slots: each slot is a button in the sentence, its choices stand right below. No keyboard. */

import { make } from "../../lib/dom.js";
import { timeOfDay } from "../../lib/words.js";
import { addPhrase, setNote } from "../records/answering.js";
import { findIn, isAll, later, parse, replaced, slotsOf, written } from "../records/slots.js";
import { trueNow } from "../server/clock.js";

const OFFICERS = ["执法人员", "一名执法人员", "两名执法人员", "辅助人员"];
const PARTY = ["当事人", "负责人", "现场员工", "代理人"]; // by role: the name is kept sealed, and a note is not
const NAMES = { time: "什么时候", who: "是谁（取自执法人员）", party: "对方是谁", words: "选一个" };
const STEPS = [-10, -1, 1, 10];
const STAMP = /^(\d\d:\d\d) (.{1,8})$/; // a line of the time line that a tap made

/**
 * Fills `holder` for one item.
 * @param {HTMLElement} holder @param {import("./open-record.js").OpenRecord} open @param {ChecklistItem} item
 * @param {() => void} onSaid a sentence was tapped, or changed
 */
export function sentences(holder, open, item, onSaid) {
  const known = (item.sentences ?? []).map(parse);
  const [said, chips] = [make("div", { class: "said" }), make("div", { class: "chips", role: "group", "aria-label": "常用语" })];
  let drawn = "";
  let opened = ""; // "2.1": the second slot of the third sentence
  let isChoosing = false;
  holder.replaceChildren(said, chips);

  const note = () => open.answers[item.code]?.note ?? "";
  const found = () => findIn(note(), known);

  /** Changes the note by a pure step, after what is typed. */
  async function change(step) {
    await open.flush();
    const saved = open.change((body) => step(body));
    onSaid();
    await saved;
  }

  const put = (text, next) => change((body) => setNote(body, item.code, replaced(body.answers?.[item.code]?.note ?? "", text, next)));

  function tap(sentence) {
    const one = found().find((at) => at.sentence === sentence);
    if (one) return void put(one.text, "");
    isChoosing = false;
    const values = slotsOf(sentence).map((slot) => proposalFor(slot, open, item.code));
    return void change((body) => addPhrase(body, item.code, written(sentence, values)));
  }

  function lineOf(one) {
    const line = make("p", { class: "sentence" });
    let place = -1;
    for (const piece of one.sentence) {
      if (typeof piece === "string") { line.append(piece); continue; }
      place += 1;
      line.append(slotButton(`${known.indexOf(one.sentence)}.${place}`, piece, one.values[place]));
    }
    return line;
  }

  function slotButton(key, slot, value) {
    const button = make("button", { type: "button", class: "slot", "data-key": key, "aria-expanded": String(key === opened),
      "aria-label": `${value}，${NAMES[slot.kind]}：${item.code}` }, value);
    button.addEventListener("click", () => { opened = key === opened ? "" : key; update(); refocus(key); });
    return button;
  }

  function choicesOf(one, place) {
    const [slot, value] = [slotsOf(one.sentence)[place], one.values[place]];
    const box = make("div", { class: "choices", role: "group", "aria-label": NAMES[slot.kind] });
    for (const [label, next] of choicesFor(slot, value, open, item.code)) {
      const chip = make("button", { type: "button", class: "chip", "aria-pressed": String(next === value) }, label);
      chip.addEventListener("click", async () => {
        const values = one.values.map((old, at) => (at === place ? next : old));
        const key = opened;
        if (slot.kind !== "time") opened = "";
        await put(one.text, written(one.sentence, values));
        if (slot.kind === "time") refocus(label);
        else refocus(key);
      });
      chip.dataset.key = label;
      box.append(chip);
    }
    return box;
  }

  function refocus(key) {
    const button = [...said.querySelectorAll("[data-key]")].find((one) => one.getAttribute("data-key") === key);
    /** @type {HTMLElement|undefined} */ (button)?.focus({ preventScroll: true });
  }

  function head() {
    const more = make("button", { type: "button", class: "button button--quiet", "aria-expanded": String(isChoosing), "aria-label": `换一句、加一句：${item.code}` }, "换一句、加一句");
    more.addEventListener("click", () => { isChoosing = !isChoosing; update(); });
    return make("div", { class: "row row--between" }, make("strong", {}, "看到了什么"), more);
  }

  function update() {
    const now = found();
    const key = JSON.stringify([now, opened, isChoosing, (open.body.officers ?? []).map(({ name }) => name)]);
    if (key === drawn) return;
    drawn = key;
    said.hidden = now.length === 0;
    said.replaceChildren(...(now.length ? [head()] : []), ...now.flatMap((one) => {
      const place = slotsOf(one.sentence).findIndex((slot, at) => opened === `${known.indexOf(one.sentence)}.${at}`);
      return [lineOf(one), ...(place < 0 ? [] : [choicesOf(one, place)])];
    }));
    chips.hidden = now.length > 0 && !isChoosing;
    chips.replaceChildren(...known.map((sentence, at) => {
      const chip = make("button", { type: "button", class: "chip chip--phrase", "aria-pressed": String(now.some((one) => one.sentence === sentence)) }, item.phrases?.[at] ?? "");
      chip.addEventListener("click", () => tap(sentence));
      return chip;
    }));
  }

  return { update, sayAll: (text) => isAll(text, findIn(text, known)) };
}

const officersOf = (open) => (open.body.officers ?? []).map(({ name }) => name?.trim()).filter(Boolean);

/** When the 否 was tapped, by the server's clock. */
function answeredAt(open, code) {
  return timeOfDay(trueNow() - Math.max(0, open.nowMs - (open.answers[code]?.at_ms ?? open.nowMs)));
}

/** What stands in a slot until somebody chooses: the only officer of the record, the time of the answer. */
function proposalFor(slot, open, code) {
  if (slot.kind === "time") return answeredAt(open, code);
  const named = officersOf(open);
  if (slot.kind === "who" && named.length === 1) return named[0];
  return slot.words[0] ?? (slot.kind === "who" ? OFFICERS[0] : PARTY[0]);
}

/** @returns {[string, string][]} what the chip says, and what it puts into the slot */
function choicesFor(slot, value, open, code) {
  if (slot.kind === "time") {
    const stamps = (open.body.timeline ?? []).map(({ text }) => STAMP.exec(text)).filter(Boolean).slice(-2);
    return [["现在", timeOfDay(trueNow())], ["刚才答“否”时", answeredAt(open, code)],
      ...stamps.map((stamp) => [`${stamp[2]} ${stamp[1]}`, stamp[1]]), ...STEPS.map((step) => [`${step > 0 ? "晚" : "早"} ${Math.abs(step)} 分`, later(value, step)])];
  }
  const offered = { who: [...officersOf(open), ...OFFICERS], party: PARTY, words: [] }[slot.kind];
  return [...new Set([...slot.words, ...offered])].map((words) => [words, words]);
}
