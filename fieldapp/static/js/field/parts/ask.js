/** Questions, sheets and short news on top of a page, without leaving it. */
import { clone, fill, need } from "../../lib/dom.js";

const TOAST_MS = 4000;
const sheets = new Set();

/**
 * Shows a dialog over the page until it is closed, then takes it away.
 * @param {HTMLElement} dialog a `<dialog>` cloned from a template; its `[data-part=close]` closes it
 * @returns {Promise<string>} its returnValue; "" for Escape and the back gesture
 */
export function closed(dialog) {
  const sheet = /** @type {HTMLDialogElement} */ (dialog);
  document.body.append(sheet);
  sheets.add(sheet);
  sheet.querySelector('[data-part="close"]')?.addEventListener("click", () => sheet.close());
  sheet.showModal();
  return new Promise((resolve) => {
    sheet.addEventListener("close", () => {
      sheet.remove();
      sheets.delete(sheet);
      resolve(sheet.returnValue);
    });
  });
}

/** Closes every sheet and question, as Escape does: for when the view that asked is left. */
export function closeSheets() {
  for (const sheet of [...sheets].reverse()) sheet.close();
}

/**
 * Asks a question; resolves with whether it was confirmed. Escape and the back gesture mean no.
 * @param {{title: string, words?: string, yes?: string, no?: string, danger?: boolean}} question
 * @returns {Promise<boolean>}
 */
export async function confirmed({ title, words = "", yes = "确定", no = "取消", danger = false }) {
  const dialog = clone("confirm-dialog");
  const part = (name) => need(dialog, `[data-slot="${name}"]`);
  part("title").textContent = title;
  part("words").textContent = words;
  part("words").hidden = !words;
  part("yes").textContent = yes;
  part("no").textContent = no;
  part("yes").classList.toggle("button--primary", !danger);
  part("yes").classList.toggle("button--danger", danger);
  return await closed(dialog) === "yes";
}

/**
 * Asks whether something is taken back, and why; the reason may stay empty.
 * @param {{title: string, words: string, yes: string}} question
 * @returns {Promise<string|null>} the reason; null when it is not taken back
 */
export async function reasonFor(question) {
  const dialog = fill(clone("reason-dialog"), question);
  return await closed(dialog) === "yes" ? need(dialog, "input").value.trim() : null;
}

/** Explains something that takes more than a few seconds to read. @param {string} title @param {string} words */
export async function explain(title, words) {
  const dialog = clone("confirm-dialog");
  fill(dialog, { title, words, yes: "知道了", no: null });
  await closed(dialog);
}

/**
 * Says something for a few seconds.
 * @param {string} words
 * @param {{danger?: boolean}} [how]
 */
export function say(words, { danger = false } = {}) {
  const note = clone("toast");
  note.textContent = words;
  note.classList.toggle("toast--danger", danger);
  need(document, "#toasts").append(note);
  setTimeout(() => note.remove(), TOAST_MS);
}
