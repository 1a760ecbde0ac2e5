/** 签名: four places on the check page, each with a signature of its own, or who refused it, why, and who was there. */

import { clone, fill, need } from "../../lib/dom.js";
import { changedSince, isStale, PLACES, putSignature, signatureAt, wordsNow } from "../records/signing.js";
import { confirmed } from "./ask.js";
import { oneAtATime } from "./redraw.js";
import { settle, signatureShown, signByFinger } from "./signature.js";

/**
 * @param {HTMLElement} holder
 * @param {import("./open-record.js").OpenRecord} open
 * @returns {{update: () => void, maySubmit: () => Promise<boolean>}}
 */
export function signatures(holder, open) {
  const rows = PLACES.map(([place, who]) => placeRow(open, place, who));
  holder.replaceChildren(...rows.map((row) => row.element));
  /** @type {Awaited<ReturnType<typeof wordsNow>>|null} */
  let now = null; // the digest of the words as they are: known a moment after each change
  const look = oneAtATime(async () => {
    now = await wordsNow(open);
    rows.forEach((row) => row.show(now));
  });
  return {
    update() {
      rows.forEach((row) => row.show(now));
      look().catch((error) => console.error(error));
    },
    maySubmit: async () => mayLeaveOut(open, await wordsNow(open)),
  };
}

/** Asks about signatures over other words: sign anew, or go without. Whoever has none is asked nothing. */
async function mayLeaveOut(open, now) {
  const stale = PLACES.filter(([place]) => isStale(signatureAt(open.body, place), now.digest));
  if (stale.length === 0) return true;
  const who = stale.map(([, words]) => words).join("、");
  const sure = await confirmed({
    title: `${who}的签名是改动以前签的`, yes: "不带签名提交", no: "返回重签",
    words: `${sinceWords(open, signatureAt(open.body, stale[0][0]), now)}签名要和内容一致，原来的不再算数。`,
  });
  if (sure) for (const [place] of stale) await settle(open, place, null);
  return sure;
}

/** 签名后改过：B03、总体情况。 */
function sinceWords(open, signature, now) {
  const changed = changedSince(open.record.signed?.[signature.digest], now.words);
  return changed.length ? `签名后改过：${changed.join("、")}。` : "签名后内容有改动。";
}

function placeRow(open, place, who) {
  const element = fill(clone("signing-place"), { who });
  /** @type {Parts<{refuse: HTMLInputElement, reason: HTMLTextAreaElement, witness: HTMLInputElement, picture: HTMLImageElement}>} */
  const part = (name) => need(element, `[data-part="${name}"]`);
  nameParts(element, place, who);
  const showPicture = signatureShown(part("picture"));
  const write = (name) => (body, value) => {
    const given = signatureAt(body, place);
    if (given && !given.evidence) putSignature(body, place, { ...given, [name]: value });
  };
  part("sign").addEventListener("click", () => signByFinger(open, place));
  part("drop").addEventListener("click", () => settle(open, place, null));
  part("refuse").addEventListener("change", async () => {
    await settle(open, place, part("refuse").checked ? { refused: "", witness: "" } : null);
    if (part("refuse").checked) part("reason").focus();
  });
  open.type(part("reason"), write("refused"));
  open.type(part("witness"), write("witness"));

  function show(now) {
    const given = signatureAt(open.body, place);
    const [isSigned, isStaleNow] = [Boolean(given?.evidence), Boolean(now) && isStale(given, now.digest)];
    const isRefused = Boolean(given) && !isSigned;
    fill(element, { who: isRefused && place === "recorder" && !given.digest ? "现场人员（旧版程序记下的）" : who });
    fill(element, { state: stateWords(given, isStaleNow), "sign-words": isSigned ? "重新签名" : "手写签名", stale: isStaleNow ? `${sinceWords(open, given, now)}这个签名不再算数，请重新签名，或者不要它。` : null });
    part("refuse").checked = isRefused;
    part("refusal-fields").hidden = !isRefused;
    for (const [name, key] of /** @type {const} */ ([["reason", "refused"], ["witness", "witness"]])) {
      if (document.activeElement !== part(name)) part(name).value = given?.[key] ?? "";
      part(name).readOnly = !open.isEditable;
    }
    part("sign").hidden = isRefused || !open.isEditable;
    part("drop").hidden = !isSigned || !open.isEditable;
    part("refuse").disabled = !open.isEditable;
    part("refuse-field").hidden = isSigned;
    showPicture(given?.evidence ?? null);
  }

  return { element, show };
}

/** What assistive technology calls the parts of this place, and where a gap leads to. */
function nameParts(element, place, who) {
  element.setAttribute("aria-label", `${who}签名`);
  for (const name of ["refuse", "reason", "witness"]) {
    const field = element.querySelector(`[data-part="${name}"]`);
    field.id = `${name}-${place}`;
    field.closest(".field").querySelector("label").htmlFor = field.id;
  }
  element.querySelector("img").alt = `${who}签的名字`;
}

function stateWords(given, isStaleNow) {
  if (!given) return "没有签";
  if (given.evidence) return isStaleNow ? "不再算数" : "已签";
  return "拒绝签名";
}
