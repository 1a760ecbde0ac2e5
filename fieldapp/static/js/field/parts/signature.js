/** 签名: by finger, as a PNG kept like any other evidence; or 拒绝签名 with a reason and who was there. */

import { clone, need } from "../../lib/dom.js";
import { addEvidence, removeEvidence, thumbUrl } from "../evidence/evidence.js";
import { closed, say } from "./ask.js";
import { penOn } from "./pen.js";

const INK = "#101820";

/**
 * Wires the signature block of the check page.
 * @param {HTMLElement} root with parts sign, again, picture, refuse, refusal-fields, reason, witness
 * @param {import("./open-record.js").OpenRecord} open
 * @returns {{update: () => void}}
 */
export function signature(root, open) {
  /** @type {Parts<{refuse: HTMLInputElement, reason: HTMLTextAreaElement, witness: HTMLInputElement, picture: HTMLImageElement}>} */
  const part = (name) => need(root, `[data-part="${name}"]`);
  let shown = null;

  async function sign() {
    const png = await drawSignature();
    if (!png) return;
    try {
      const former = open.body.signature?.evidence;
      const kept = await addEvidence(open.id, { file: png, type: "image/png", filename: "signature.png", source: "signature" });
      await open.change((body) => { body.signature = { evidence: kept.id }; });
      if (former) await removeEvidence(former);
      await open.refreshEvidence();
    } catch (error) {
      say(error.message, { danger: true });
    }
  }

  async function refuse(refused) {
    const former = open.body.signature?.evidence;
    await open.change((body) => { body.signature = refused ? { refused: "", witness: "" } : null; });
    if (refused && former) await removeEvidence(former);
    if (refused) part("reason").focus();
  }

  function write(name) {
    return (body, value) => {
      if (body.signature && !body.signature.evidence) body.signature[name] = value;
    };
  }

  part("sign").addEventListener("click", sign);
  part("refuse").addEventListener("change", (event) => refuse(/** @type {HTMLInputElement} */ (event.target).checked));
  open.type(part("reason"), write("refused"));
  open.type(part("witness"), write("witness"));

  return {
    update() {
      const given = open.body.signature;
      const isRefused = Boolean(given) && !given.evidence;
      part("refuse").checked = isRefused;
      part("refusal-fields").hidden = !isRefused;
      for (const [name, key] of /** @type {const} */ ([["reason", "refused"], ["witness", "witness"]])) {
        if (document.activeElement !== part(name)) part(name).value = given?.[key] ?? "";
        part(name).readOnly = !open.isEditable;
      }
      part("sign").hidden = isRefused || !open.isEditable;
      part("sign-words").textContent = given?.evidence ? "重新签名" : "手写签名";
      part("refuse").disabled = !open.isEditable;
      showPicture(given?.evidence ?? null);
    },
  };

  async function showPicture(id) {
    if (id === shown) return;
    shown = id;
    part("picture").hidden = id === null;
    if (id) part("picture").src = await thumbUrl(id);
  }
}

/**
 * Opens the sheet to sign on.
 * @returns {Promise<Blob|null>} a PNG; null when it was left without a signature
 */
export async function drawSignature() {
  const sheet = clone("signature-sheet");
  const canvas = need(sheet, "canvas");
  const answer = closed(sheet);
  const scale = Math.max(1, Math.min(2, devicePixelRatio || 1));
  canvas.width = canvas.offsetWidth * scale;
  canvas.height = canvas.offsetHeight * scale;
  /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).scale(scale, scale);
  const pen = penOn(canvas, { ink: INK, paper: "#ffffff" });
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
