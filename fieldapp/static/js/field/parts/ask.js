/** Questions and short news on top of a page, without leaving it. */
import { clone } from "../../lib/dom.js";

const TOAST_MS = 4000;

/**
 * Asks a question; resolves with what was tapped. Escape and the back gesture mean no.
 * @param {{title: string, words?: string, yes?: string, no?: string, danger?: boolean}} question
 * @returns {Promise<boolean>}
 */
export function ask({ title, words = "", yes = "确定", no = "取消", danger = false }) {
  const dialog = /** @type {HTMLDialogElement} */ (clone("confirm-dialog"));
  const part = (name) => dialog.querySelector(`[data-part="${name}"]`);
  part("title").textContent = title;
  part("words").textContent = words;
  part("words").hidden = !words;
  part("yes").textContent = yes;
  part("no").textContent = no;
  part("yes").classList.toggle("button--danger", danger);
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
  });
}

/**
 * Says something for a few seconds.
 * @param {string} words
 */
export function toast(words) {
  const note = clone("toast");
  note.textContent = words;
  document.getElementById("toasts").append(note);
  setTimeout(() => note.remove(), TOAST_MS);
}
