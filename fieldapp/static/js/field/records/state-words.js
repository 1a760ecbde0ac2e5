/** What the states of a record are called. Pure; which state it is and whether something is unsent, record-states.js says. */

import { toChange } from "./replying.js";
import { receiptMark } from "../../lib/words.js";

export const DECIDED = { approved: "已通过", discarded: "已作废" };
const arrivedOf = (files) => files.filter((file) => file.state === "receipted").length;

/** @param {any} record @param {any[]} _files @param {boolean} isUnsent @returns {string} */
export function draftWords(record, _files, isUnsent) {
  if (record.elsewhere > record.baseRevision) return "草稿（已在另一部手机上继续）";
  const left = toChange(record);
  const asked = left ? `被退回，还有 ${left} 项待改` : "被退回，已逐条答复";
  const name = record.review ? asked : "草稿";
  if (!isUnsent) return `${name}（已备份到服务器）`;
  return record.baseRevision ? `${name}（最新改动仅在本机）` : `${name}（仅在本机）`;
}

const count = (list) => list?.length || 1;

/** @param {any} record @returns {string} */
export function refusedWords({ refusal }) {
  return refusal?.discarded ? "已在别处作废，请选择" : `未被接收（${count(refusal?.errors)} 处待改）`;
}

/** @param {any} record @returns {string} */
export function returnedWords(record) {
  return `被退回（${toChange(record) || 1} 项待改）`;
}

/** @param {any} record @param {any[]} files @returns {string} */
export function receiptedWords(record, files) {
  const refused = files.filter((file) => file.state === "refused").length;
  if (refused) return `文字已送达，${refused} 个附件未被接收`;
  if (arrivedOf(files) < files.length) return `文字已送达，照片 ${arrivedOf(files)}/${files.length}`;
  return [DECIDED[record.serverState] || "已送达", record.receipt && `回执 ${receiptMark(record.receipt)}`].filter(Boolean).join(" · ");
}

/** @param {any} _record @param {any[]} files @returns {string} */
export function sendingWords(_record, files) {
  return files.length ? `上传中 ${arrivedOf(files)}/${files.length}` : "上传中";
}

/** Which slip was shown where. @param {any} record @returns {string} */
export function bindingWords(record) {
  if (record.state === "refused" || record.state === "dismissed") return "未能登记到这次监督";
  return record.state === "receipted" ? "已登记到这次监督" : "已出示，待登记";
}

/** An ad-hoc visit that was taken back. @param {any} record @returns {string} */
export function cancelledWords(record) {
  return { receipted: "已取消", refused: "没有取消成" }[record.state] ?? "待取消";
}
