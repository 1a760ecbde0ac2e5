/** 执法人员说明: a one-time code for the officer. The token is made here and never sent; the server learns its SHA-256. */

import { make } from "../../lib/dom.js";
import { moment, unended } from "../../lib/words.js";
import { call } from "../server/api.js";
import { sha256 } from "../server/digest.js";

const TOKEN_BYTES = 16;

/** @param {import("./open-record.js").OpenRecord} open @param {any} pack @returns {HTMLElement[]} what officers said, and the way to ask one */
export function officerWords(open, pack) {
  const { record } = open;
  if (record.kind !== "observation") return [];
  const said = (pack?.officer_words ?? []).filter((one) => one.observation === record.id);
  const lines = said.map(({ words, at }) => make("p", { class: "prewrap" }, `执法人员 ${moment(at)}：${words}`));
  const ask = record.state === "receipted" ? [askOfficer(record)] : [];
  return lines.length + ask.length ? [make("h2", { class: "card__title" }, "执法人员"), ...lines, ...ask] : [];
}

function askOfficer(record) {
  const button = make("button", { class: "button button--block", type: "button" }, "请执法人员说明");
  const holder = make("div", { class: "stack stack--tight", role: "status" });
  button.addEventListener("click", async () => {
    button.disabled = true;
    holder.replaceChildren(...await shown(record));
    button.textContent = "换一个码";
    button.disabled = false;
  });
  return make("div", { class: "stack stack--tight" }, button, holder);
}

async function shown(record) {
  const token = newToken();
  const code = await sha256(new TextEncoder().encode(token));
  const { status, ours, json } = await call("PUT", `/api/v1/observations/${record.id}/officer-code`, { json: { code }, as: record.userId });
  if (status !== 200 || !ours) {
    return [make("p", { class: "notice notice--warning" }, status ? `${unended(json?.title ?? "服务器没有答复")}。` : "这一步要有网络。联网后再点一次。")];
  }
  const address = `${location.origin}/w/${token}`;
  const drawing = await import("./qr.js").catch(() => null);
  return [
    make("div", { class: "qr" }, drawing ? drawing.qrCode(address, "请执法人员说明的二维码") : "二维码还没有下载到本机，联网后打开一次即可。"),
    make("p", { class: "soft center" }, "请执法人员用自己的手机扫码：只看到答“否”的项和您写的情况，写一句说明就有回执。不用登录，只能用一次，24 小时内有效。"),
  ];
}

/** 128 random bits in base64url. */
function newToken() {
  const bytes = crypto.getRandomValues(new Uint8Array(TOKEN_BYTES));
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
