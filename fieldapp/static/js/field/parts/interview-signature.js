/** 核对: by finger, by word of mouth, or refused with a reason; over the words as they stand then. */
import { SIGN_REFUSALS } from "../records/interview-form.js";
import { changedSince, isStale, wordsNow } from "../records/signing.js";
import { choices } from "./choices.js";
import { oneAtATime } from "./redraw.js";
import { settle, signatureShown, signByFinger } from "./signature.js";

/** @type {[string, string][]} */
const WAYS = [["evidence", "手写签名"], ["oral", "口头确认"], ["refused", "拒绝签名"]];

/**
 * @param {Places<{"sign-reason": HTMLInputElement, "signature-picture": HTMLImageElement}>} places sign-ways, signature-picture, sign-refusal, sign-reasons, sign-reason, sign-stale
 * @param {import("./open-record.js").OpenRecord} open
 * @returns {{update: () => void, staleWords: () => Promise<string>}}
 */
export function interviewSignature(places, open) {
  const showPicture = signatureShown(places["signature-picture"]);
  const ways = choices(places["sign-ways"], WAYS, {
    onChange: async (way) => {
      if (way === "evidence") await signByFinger(open);
      else await settle(open, "recorder", way === "oral" ? { oral: true } : { refused: "" });
      update();
    },
  });
  choices(places["sign-reasons"], SIGN_REFUSALS.map((words) => [words, words]), {
    onChange: (words) => settle(open, "recorder", { refused: words }),
  });
  open.type(places["sign-reason"], (body, value) => { body.signature = { ...body.signature, refused: value }; });
  const look = oneAtATime(async () => {
    const words = await staleWords(open);
    places["sign-stale"].hidden = words === "";
    places["sign-stale"].textContent = words;
  });

  function update() {
    const given = open.body.signature;
    const way = WAYS.map(([id]) => id).find((id) => given && id in given) ?? null;
    ways.set(way);
    places["sign-refusal"].hidden = way !== "refused";
    if (document.activeElement !== places["sign-reason"]) places["sign-reason"].value = given?.refused ?? "";
    showPicture(given?.evidence ?? null);
    look().catch((error) => console.error(error));
  }

  return { update, staleWords: () => staleWords(open) };
}

/**
 * What is to be said of a confirmation over other words than these; "" while it stands, or there is none.
 * @param {import("./open-record.js").OpenRecord} open
 */
export async function staleWords(open) {
  const given = open.body.signature;
  const now = given?.digest && await wordsNow(open);
  if (!now || !isStale(given, now.digest)) return "";
  const changed = changedSince(open.record.signed?.[given.digest], now.words);
  const what = changed.length ? `确认后改过：${changed.join("、")}` : "确认后内容有改动";
  return `${what}。原来的确认不再算数，请重新选一种。`;
}
