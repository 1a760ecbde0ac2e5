/** Who signs, over which words, and whether these are still the same: as the server's filing/signatures.py. */

import { canonical, digestOf } from "../server/digest.js";
import { bodyToSend } from "./attempts.js";

/** @type {[string, string][]} */
export const PLACES = [["recorder", "记录人"], ["second", "第二名监督人员"], ["officers", "执法人员"], ["party", "当事人"]];
/** What of a body nobody signs: how it is sent, what becomes of it, who the respondent is, the signatures themselves. */
export const NOT_SIGNED = [
  "revision", "base_revision", "state", "discard_reason", "ended_at", "clock_offset_ms", "signature", "signatures", "replies",
  "respondent", "anonymous", "callback",
];
const TITLES = {
  summary: "总体情况", officers_statement: "执法人员说明", case_no: "案号", officers: "执法人员", timeline: "时间线",
  circumstances: "适用情形", party: "当事人信息", location: "定位", late_entry: "事后补录", unfiled_evidence: "没有归到检查项的附件",
  level: "满意程度", facts: "看到的情况", opinion: "意见", suggestion: "建议", recordings: "录音", consent: "同意", is_adult: "是否成年",
  conducted: "访谈方式", refused: "拒绝访谈",
};

/** @param {RecordBody} body @param {string} place of PLACES @returns {any|null} what stands there; `recorder` also for the one of an interview */
export function signatureAt(body, place) {
  return (place === "recorder" ? body.signature : body.signatures?.[place]) ?? null;
}

/** @param {RecordBody} body @param {string} place @param {any|null} signature */
export function putSignature(body, place, signature) {
  if (place === "recorder") body.signature = signature;
  else body.signatures = { ...body.signatures, [place]: signature };
}

/**
 * The words of a record as they would be sent now, and their digest.
 * @param {import("../parts/open-record.js").OpenRecord} open
 * @returns {Promise<{words: Record<string, any>, digest: string}>}
 */
export async function wordsNow({ record, evidence }) {
  const inOrder = [...evidence].sort((a, b) => (a.id < b.id ? -1 : 1)); // as they are read when it is sent
  const sent = Object.entries(bodyToSend(record, inOrder)).filter(([name]) => !NOT_SIGNED.includes(name));
  const words = Object.fromEntries(sent);
  return { words, digest: await digestOf(words) };
}

/** Whether what was signed or said by mouth was over other words than these. One of an older program is bound to none. */
export function isStale(signature, digest) {
  return Boolean(signature?.digest && !("refused" in signature) && signature.digest !== digest);
}

/**
 * Keeps a signature with the words that it is over, so that it can be said later what has changed.
 * @param {import("../parts/open-record.js").OpenRecord} open @param {string} place @param {any|null} given
 * @param {{words: Record<string, any>, digest: string}} over
 */
export async function sign(open, place, given, over) {
  const at = Math.max(0, Math.round(open.nowMs));
  await open.change((body, record) => {
    putSignature(body, place, given && { ...given, digest: over.digest, at_ms: at });
    const used = new Set(PLACES.map(([one]) => signatureAt(body, one)?.digest));
    const kept = Object.entries(record.signed ?? {}).filter(([digest]) => used.has(digest));
    record.signed = { ...Object.fromEntries(kept), ...(given ? { [over.digest]: over.words } : {}) };
  });
}

/**
 * What has changed since, in words; empty when this phone does not know over which words it was made.
 * @param {Record<string, any>|undefined} before @param {Record<string, any>} now @returns {string[]}
 */
export function changedSince(before, now) {
  if (!before) return [];
  const differ = (name) => canonical(before[name] ?? null) !== canonical(now[name] ?? null);
  const fields = [...new Set([...Object.keys(before), ...Object.keys(now)])].filter((name) => name !== "answers" && differ(name));
  const [old, fresh] = [before.answers ?? {}, now.answers ?? {}];
  const items = [...new Set([...Object.keys(old), ...Object.keys(fresh)])].filter((code) => canonical(old[code] ?? null) !== canonical(fresh[code] ?? null));
  const named = now.checklist_version ? items.sort() : items.slice(0, 1).map(() => "逐条问");
  return [...named, ...new Set(fields.map((name) => TITLES[name] ?? "其他内容"))];
}
