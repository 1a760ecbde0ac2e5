/** The sheet on which somebody signs by finger, and the picture that is kept of it like any other evidence. */

import { clone, need } from "../../lib/dom.js";
import { addEvidence, removeEvidence, thumbUrl } from "../evidence/evidence.js";
import { sign, signatureAt, wordsNow } from "../records/signing.js";
import { closed, say } from "./ask.js";
import { penOn } from "./pen.js";

const INK = "#101820";

/**
 * Lets somebody sign the words as they are now.
 * @param {import("./open-record.js").OpenRecord} open @param {string} place of signing.js PLACES
 * @returns {Promise<boolean>} whether it was signed
 */
export async function signByFinger(open, place = "recorder") {
  await open.flush();
  const over = await wordsNow(open);
  const png = await drawSignature();
  if (!png) return false;
  try {
    const kept = await addEvidence(open.id, { file: png, type: "image/png", filename: "signature.png", source: "signature" });
    await settle(open, place, { evidence: kept.id }, over);
    return true;
  } catch (error) {
    say(error.message, { danger: true });
    return false;
  }
}

/**
 * Puts something else in the place: a refusal, a word by mouth, or nothing (null); the picture that stood there goes.
 * @param {import("./open-record.js").OpenRecord} open @param {string} place @param {any|null} given
 * @param {{words: Record<string, any>, digest: string}} [over] what it is over; the words as they are now
 */
export async function settle(open, place, given, over) {
  const former = signatureAt(open.body, place)?.evidence;
  await sign(open, place, given, over ?? await wordsNow(open));
  if (former && former !== given?.evidence) await removeEvidence(former);
  await open.refreshEvidence();
}

/** Shows the picture of a signature, once for each. @param {HTMLImageElement} picture @returns {(id: string|null) => Promise<void>} */
export function signatureShown(picture) {
  /** @type {string|null} */
  let shown = null;
  return async (id) => {
    if (id === shown) return;
    shown = id;
    picture.hidden = id === null;
    if (id) picture.src = await thumbUrl(id);
  };
}

/** Opens the sheet to sign on. @returns {Promise<Blob|null>} a PNG; null when it was left without a signature */
async function drawSignature() {
  const sheet = clone("signature-sheet");
  const canvas = need(sheet, "canvas");
  const answer = closed(sheet);
  const scale = Math.max(1, Math.min(2, devicePixelRatio || 1));
  const [width, height] = [canvas.offsetWidth, canvas.offsetHeight];
  Object.assign(canvas, { width: width * scale, height: height * scale });
  /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).scale(scale, scale);
  // a phone that is turned shows the same sheet larger or smaller, never of another shape: what was written stays as it was
  Object.assign(canvas.style, { aspectRatio: `${width} / ${height}`, height: "auto", width: `min(60dvh * ${width / height}, 100%)` });
  const pen = penOn(canvas, { ink: INK, paper: "#ffffff", width });
  need(sheet, '[data-action="clear"]').addEventListener("click", () => pen.clear());
  need(sheet, "form").addEventListener("submit", (event) => {
    if (/** @type {HTMLButtonElement|null} */ (event.submitter)?.value !== "done" || !pen.isEmpty()) return;
    event.preventDefault();
    need(sheet, '[data-part="empty"]').hidden = false;
  });
  const value = await answer;
  pen.off();
  if (value !== "done" || pen.isEmpty()) return null;
  return new Promise((resolve) => { canvas.toBlob(resolve, "image/png"); });
}
