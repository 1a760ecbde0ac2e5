/** 核对: by finger, by word of mouth, or refused with a reason. */
import { SIGN_REFUSALS } from "../records/interview-form.js";
import { addEvidence, removeEvidence, thumbUrl } from "../evidence/evidence.js";
import { say } from "./ask.js";
import { choices } from "./choices.js";
import { drawSignature } from "./signature.js";

/** @type {[string, string][]} */
const WAYS = [["evidence", "手写签名"], ["oral", "口头确认"], ["refused", "拒绝签名"]];

/**
 * @param {Places<{"sign-reason": HTMLInputElement, "signature-picture": HTMLImageElement}>} places sign-ways, signature-picture, sign-refusal, sign-reasons, sign-reason
 * @param {import("./open-record.js").OpenRecord} open
 * @returns {{update: () => void}}
 */
export function interviewSignature(places, open) {
  let shown = null;
  const ways = choices(places["sign-ways"], WAYS, {
    onChange: async (way) => {
      if (way === "evidence") await signByFinger(open);
      else await settle(open, way === "oral" ? { oral: true } : { refused: "" });
      update();
    },
  });
  choices(places["sign-reasons"], SIGN_REFUSALS.map((words) => [words, words]), {
    onChange: (words) => open.change((body) => { body.signature = { refused: words }; }),
  });
  open.type(places["sign-reason"], (body, value) => { body.signature = { refused: value }; });

  function update() {
    const given = open.body.signature;
    const way = WAYS.map(([id]) => id).find((id) => given && id in given) ?? null;
    ways.set(way);
    places["sign-refusal"].hidden = way !== "refused";
    if (document.activeElement !== places["sign-reason"]) places["sign-reason"].value = given?.refused ?? "";
    showPicture(given?.evidence ?? null);
  }

  async function showPicture(id) {
    if (id === shown) return;
    shown = id;
    places["signature-picture"].hidden = id === null;
    if (id) places["signature-picture"].src = await thumbUrl(id);
  }

  return { update };
}

/**
 * Lets the party sign; the picture is kept like any other evidence.
 * @param {import("./open-record.js").OpenRecord} open
 * @returns {Promise<boolean>} whether it was signed
 */
export async function signByFinger(open) {
  const png = await drawSignature();
  if (!png) return false;
  try {
    const kept = await addEvidence(open.id, { file: png, type: "image/png", filename: "signature.png", source: "signature" });
    await settle(open, { evidence: kept.id });
    return true;
  } catch (error) {
    say(error.message, { danger: true });
    return false;
  }
}

async function settle(open, signature) {
  const former = open.body.signature?.evidence;
  await open.change((body) => { body.signature = signature; });
  if (former && former !== signature.evidence) await removeEvidence(former);
  await open.refreshEvidence();
}
