/**
 * Sentences with slots, as docs/sync.md writes them under "Phrases". Pure. What a slot holds stands in the note alone: it is
 * found there again, also after a restart and on another phone, and what somebody has worded anew is no sentence any more.
 * @typedef {{kind: "time"|"who"|"party"|"words", words: string[]}} Slot `words`: to choose from, the first where nobody does
 * @typedef {(string|Slot)[]} Sentence text and slots by turns
 * @typedef {{sentence: Sentence, at: number, text: string, values: string[]}} Found
 */

const SHAPES = { time: "(\\d\\d:\\d\\d)", who: "([^，。；\\d]{1,30}?)", party: "([^，。；\\d]{1,30}?)" };
const DAY = 24 * 60;

/** @param {string} text @returns {Sentence} */
export function parse(text) {
  return text.split(/[{}]/).map((piece, at) => (at % 2 ? slotOf(piece) : piece));
}

/** @returns {Slot} */
function slotOf(name) {
  const [kind, words] = name.split("=");
  if (kind === "time" || kind === "who" || kind === "party") return { kind, words: words ? [words] : [] };
  return { kind: "words", words: name.split("|") };
}

/** @param {Sentence} sentence @returns {Slot[]} */
export function slotsOf(sentence) {
  return /** @type {Slot[]} */ (sentence.filter((piece) => typeof piece !== "string"));
}

/** @param {Sentence} sentence @param {string[]} values of its slots, in order @returns {string} */
export function written(sentence, values) {
  let at = 0;
  return sentence.map((piece) => (typeof piece === "string" ? piece : values[at++])).join("");
}

/** Where these sentences stand in a note, in the order of the note. @param {string} note @param {Sentence[]} sentences @returns {Found[]} */
export function findIn(note, sentences) {
  const found = sentences.flatMap((sentence) => {
    const match = new RegExp(sentence.map(shapeOf).join("") + "(?=$|[；。\\s])").exec(note);
    return match ? [{ sentence, at: match.index, text: match[0], values: match.slice(1) }] : [];
  });
  return found.sort((a, b) => a.at - b.at);
}

function shapeOf(piece) {
  if (typeof piece === "string") return escaped(piece);
  return SHAPES[piece.kind] ?? `(${piece.words.map(escaped).join("|")})`;
}

const escaped = (text) => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");

/** Whether `found` is all that the note says. @param {string} note @param {Found[]} found */
export function isAll(note, found) {
  const left = found.reduce((rest, { text }) => rest.replace(text, ""), note);
  return found.length > 0 && !left.replace(/[；。，\s]/g, "");
}

/** The note with `next` in place of `text`; without it, and the mark between, where `next` is empty. */
export function replaced(note, text, next) {
  if (next) return note.replace(text, () => next);
  return note.split(text).map((side) => side.replace(/^[；\s]+|[；\s]+$/g, "")).filter(Boolean).join("；");
}

/** @param {string} time `14:36` @param {number} minutes @returns {string} so many minutes later, or earlier */
export function later(time, minutes) {
  const [hour, minute] = time.split(":").map(Number);
  const all = (hour * 60 + minute + minutes + DAY) % DAY;
  return [Math.floor(all / 60), all % 60].map((part) => String(part).padStart(2, "0")).join(":");
}
