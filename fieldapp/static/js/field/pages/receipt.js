/** After submission: how far it has come, and the server's receipt with a QR code that opens the public check page. */

import { clone, fill, icon, need } from "../../lib/dom.js";
import { bytes, dayAndTime, receiptMark, SOURCES, unended } from "../../lib/words.js";
import { syncNow } from "../sync/sync-engine.js";
import { itemOf } from "../records/naming.js";
import { wordsFor } from "../records/record-states.js";
import { say } from "../parts/ask.js";
import { showFacts } from "../parts/facts.js";
import { markOf } from "../parts/photo-strip.js";
import { sayWhy } from "../parts/not-here.js";
import { onAction, placesOf } from "../parts/places.js";

const HEADLINES = {
  draft: "还没有提交", waiting: "已提交，待上传", sending: "正在上传", refused: "未被接收", conflict: "两份不一致",
  returned: "被退回", receipted: "已送达服务器",
};
const DECIDED = { approved: "已通过", archived: "已归档" };

/** @param {HTMLElement} main @param {import("../parts/views.js").Shown} shown */
export async function start(main, { open, signal }) {
  /** @type {Places<{view: HTMLAnchorElement, visit: HTMLAnchorElement}>} */
  const places = placesOf(main);
  places.unknown.hidden = Boolean(open);
  places.body.hidden = !open;
  if (!open) {
    await sayWhy(places.unknown);
    return;
  }
  places.view.href = `/field/record?id=${open.id}`;
  places.view.hidden = Boolean(open.record.bodyGone);
  if (open.visit) places.visit.href = `/field/visit?id=${open.visit.id}`; // what is left to do there: the list of records is a tab below
  onAction(main, "sync", () => syncNow());
  onAction(main, "copy", async () => {
    const copied = await navigator.clipboard?.writeText(JSON.stringify(open.record.receipt)).then(() => true, () => false);
    say(copied ? "回执已复制。" : "这部手机不允许复制，请截屏保存。");
  });
  let drawn = null;
  const update = () => {
    showProgress(places, open);
    showFiles(places, open);
    const { receipt } = open.record;
    places.receipt.hidden = !receipt || isOnItsWay(open.record); // until then it is the receipt of an earlier draft
    if (receipt && drawn !== receipt.signature) showReceipt(places, open);
    drawn = receipt?.signature ?? null;
    import("../parts/second.js").then(({ showSecond }) => showSecond(places.second, open)).catch(() => undefined); // follows the core
  };
  open.onChange(update, signal);
  update();
}

function isOnItsWay(record) {
  return ["waiting", "sending"].includes(record.state);
}

function showProgress(places, open) {
  const { record, evidence } = open;
  const files = evidence.filter((file) => !file.remote);
  const arrived = files.filter((file) => file.state === "receipted").length;
  const isDone = record.state === "receipted" && arrived === files.length;
  places.headline.replaceChildren(icon(isDone ? "check-circle" : "cloud"), (isDone && DECIDED[record.serverState]) || (HEADLINES[record.state] ?? record.state));
  places.words.textContent = isDone ? `${wordsFor(record, evidence)}。记录和全部附件都已由服务器保存。` : explain(record, wordsFor(record, evidence));
  places.meter.hidden = isDone || files.length === 0;
  places.meter.max = files.length + 1;
  places.meter.value = arrived + (record.receipt && !isOnItsWay(record) ? 1 : 0);
  places.sync.hidden = isDone || !["waiting", "sending", "receipted"].includes(record.state);
}

function explain(record, words) {
  if (record.lastError) return `${words}。${unended(record.lastError.message ?? record.lastError)}。内容已保存在本机，联网后自动继续。`;
  if (record.state === "waiting") return "内容已保存在本机，联网后自动上传。可以离开本页，也可以关机。";
  return `${words}。可以离开本页。`;
}

function showFiles(places, open) {
  const files = open.evidence;
  places["files-section"].hidden = files.length === 0;
  places["files-count"].textContent = `${files.filter((file) => file.state === "receipted").length}/${files.length} 已送达`;
  places.files.replaceChildren(...files.map((file) => {
    const row = fill(clone("file-row"), {
      name: [SOURCES[file.source] ?? "附件", itemOf(open.body, file.id)].filter(Boolean).join(" · "),
      detail: [file.takenAt?.slice(11, 16), file.bytes ? bytes(file.bytes) : "", file.refusal?.title ?? ""].filter(Boolean).join(" · "),
      state: markOf(file),
    });
    need(row, ".state").classList.add(`state--${file.state === "kept" ? "waiting" : file.state}`);
    return row;
  }));
}

/** What draws it follows the core, and is there as soon as receipts can be: offline before that the address below is enough. */
async function drawCode(holder, address) {
  const drawing = await import("../parts/qr.js").catch(() => null);
  holder.replaceChildren(drawing ? drawing.qrCode(address, "核验这条记录的二维码") : "二维码还没有下载到本机，联网后打开一次即可。");
}

function showReceipt(places, open) {
  const { receipt, number } = open.record;
  const address = `${location.origin}/verify/receipt/${open.id}`;
  drawCode(places.qr, address);
  places.verify.href = address;
  showFacts(places.facts, [
    ["编号", number ?? "由服务器稍后给出"], ["回执", receiptMark(receipt)], ["收到时间", dayAndTime(receipt.received_at)],
    ["版次", `第 ${receipt.revision} 版${receipt.revision > 1 ? "（草稿每备份一次也算一版）" : ""}`], ["链上序号", receipt.sequence], ["摘要", `${receipt.digest.slice(0, 16)}…`],
  ]);
  showFacts(places.proof, [
    ["内容摘要（SHA-256）", receipt.digest], ["审计链值", receipt.chain], ["签名", receipt.signature], ["密钥", receipt.key_id],
  ]);
}
