/** Where a record stands: what of it is unsent, and its state in words. Pure. */

import { receiptMark } from "../../lib/words.js";

const DECIDED = { approved: "已通过", archived: "已归档" };

/** Whether the server does not have the record's newest words. @param {any} record */
export function hasUnsentWords(record) {
  return ["waiting", "sending", "refused", "conflict"].includes(record.state)
    || (record.state === "draft" && record.changes > record.sentChanges);
}

/** Whether a file of this phone is not yet on the server. @param {any} file */
export function isUnsentFile(file) {
  return !file.remote && file.state !== "receipted";
}

/**
 * The state of a record for people. 已保存在本机 and 已送达服务器 are never the same words.
 * @param {any} record
 * @param {any[]} [evidence] its files
 * @returns {string}
 */
export function wordsFor(record, evidence = []) {
  if (record.kind === "binding") return bindingWords(record);
  const files = evidence.filter((file) => !file.remote);
  const arrived = files.filter((file) => file.state === "receipted").length;
  const progress = files.length ? `照片 ${arrived}/${files.length}` : "";
  const refused = files.filter((file) => file.state === "refused").length;
  switch (record.state) {
    case "draft": return draftWords(record);
    case "waiting": return "待上传";
    case "sending": return files.length ? `上传中 ${arrived}/${files.length}` : "上传中";
    case "returned": return `被退回（${Object.keys((record.review && record.review.items) || {}).length || 1} 项待改）`;
    case "refused": return `未被接收（${((record.refusal && record.refusal.errors) || []).length || 1} 处待改）`;
    case "conflict": return "两份不一致，请选择";
    default:
      if (refused) return `文字已送达，${refused} 个附件未被接收`;
      if (arrived < files.length) return `文字已送达，${progress}`;
      return [DECIDED[record.serverState] || "已送达", record.receipt && `回执 ${receiptMark(record.receipt)}`].filter(Boolean).join(" · ");
  }
}

function bindingWords(record) {
  if (record.state === "refused" || record.state === "dismissed") return "未能登记到这次监督";
  return record.state === "receipted" ? "已登记到这次监督" : "已出示，待登记";
}

function draftWords(record) {
  if (record.review) return "被退回，修改中";
  if (!record.baseRevision || (record.refusal && !record.receipt)) return "草稿（仅在本机）";
  return record.changes > record.sentChanges ? "草稿（最新改动仅在本机）" : "草稿（已备份到服务器）";
}
