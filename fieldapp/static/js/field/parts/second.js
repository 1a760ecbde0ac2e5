/** Who else speaks, on the author's receipt page: the second supervisor, with a QR of id, revision and digest; the officer (officer-code.js). */

import { make } from "../../lib/dom.js";
import { moment } from "../../lib/words.js";
import { bodyToSend } from "../records/attempts.js";
import { checkCode } from "../records/confirming.js";
import { digestOf } from "../server/digest.js";
import { readPack } from "../session/pack.js";
import { officerWords } from "./officer-code.js";

/** @param {HTMLElement} holder @param {import("./open-record.js").OpenRecord} open @returns {Promise<void>} */
export async function showSecond(holder, open) {
  const pack = await readPack();
  const said = (pack?.confirmed ?? []).filter((one) => one.observation === open.id && !one.mine);
  const words = await wordsOf(open);
  holder.hidden = said.length === 0 && !words;
  const drawn = JSON.stringify([said, words?.digest, open.record.state, pack?.officer_words]);
  if (holder.dataset.drawn === drawn) return; // a code that is being shown stays
  holder.dataset.drawn = drawn;
  holder.replaceChildren(make("h2", { class: "card__title" }, "第二名监督人员"), ...said.map(saidLine), ...(words ? await code(open.id, words) : []), ...officerWords(open, pack));
}

function saidLine({ by, outcome, items, revision, counts, is_newest: isNewest, at }) {
  const what = outcome === "deviates" ? `有不同意见（${items.join("、")}）` : "已确认";
  const but = [!counts && "不计入", !isNewest && "之后记录改过，待再确认"].filter(Boolean).join("，");
  return make("p", {}, `${by.name} ${what} · 第 ${revision} 版 · ${moment(at)}${but ? `（${but}）` : ""}`);
}

/** The words as they were submitted, or wait to be sent; null for a draft. */
async function wordsOf({ record, evidence }) {
  if (record.kind !== "observation" || record.bodyGone) return null;
  if (record.state === "receipted") return record.receipt;
  if (record.attempt) return record.attempt;
  if (record.state !== "waiting") return null;
  const sent = bodyToSend(record, [...evidence].sort((a, b) => (a.id < b.id ? -1 : 1))); // in the order in which it is sent
  return { revision: sent.revision, digest: await digestOf(sent) };
}

async function code(id, { revision, digest }) {
  const address = `${location.origin}/field/confirm?id=${id}&revision=${revision}&digest=${digest}`;
  const drawing = await import("./qr.js").catch(() => null);
  return [
    make("details", { class: "fold" }, make("summary", {}, "请对方扫码确认"),
      make("div", { class: "qr" }, drawing ? drawing.qrCode(address, "请第二名监督人员确认的二维码") : "二维码还没有下载到本机，联网后打开一次即可。"),
      make("p", { class: "center" }, "核对码 ", make("strong", { class: "numeric" }, checkCode(digest))),
      make("p", { class: "soft center" }, "二维码里只有编号、版次和摘要。记录送到服务器以后，对方的手机才能确认。")),
  ];
}
