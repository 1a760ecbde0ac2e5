/**
 * What an interview asks and when it may be submitted. Pure. Questions: open, not leading; the officers keep out of earshot.
 */

import { mintSalt } from "../../lib/ids.js";
import { LEVELS as LEVEL_WORDS } from "../../lib/words.js";

/** Level and words, best first; the number is what travels. @type {[number, string][]} */
export const LEVELS = [5, 4, 3, 2, 1].map((level) => [level, LEVEL_WORDS[level]]);

/** @type {[string, string][]} */
export const KINDS = [
  ["party", "当事人"], ["employee", "企业员工"], ["witness", "见证人"], ["resident", "村（居）民"],
];

/** @type {[string, string][]} */
export const WAYS = [["in_person", "当面"], ["phone", "电话"], ["handed_over", "当事人自己填写"]];

/** @type {[string, string][]} */
export const FACTS = [
  ["show_credentials", "执法人员出示执法证件了吗？"],
  ["inform_rights", "告诉您有哪些权利、义务了吗？"],
  ["full_recording", "看到执法记录仪在记录吗？"],
  ["civil_language", "说话文明、态度端正吗？"],
  ["told_of_recording", "告诉您正在录音录像了吗？"],
];

/** @type {[string, string][]} */
export const FACT_ANSWERS = [["yes", "是"], ["no", "否"], ["unclear", "不清楚"]];

/** @type {[string, string][]} */
export const QUESTIONS = [
  ["q1", "他们来的时候亮证了吗？"],
  ["q2", "讲清楚为什么来、依据是什么吗？"],
  ["q3", "告诉您有哪些权利了吗？"],
  ["q4", "说话态度怎么样？"],
  ["q5", "给您说话的机会了吗？"],
  ["q6", "有没有提钱、物或者指定服务？（索贿、吃拿卡要，可请对方向纪检监察机关举报：12388）"],
  ["q7", "您觉得哪里可以改？"],
  ["q8", "总体满意吗？为什么？"],
];

export const REFUSAL_REASONS = ["没有时间", "不愿意表达意见", "担心有影响", "当事人不在现场"];
export const SIGN_REFUSALS = ["不愿意签字", "不方便签字", "核对后有不同意见", "已离开，不能再签"];

/**
 * The body of a fresh interview, anonymous until the party wants otherwise.
 * @param {string} visitId
 */
export function blankInterview(visitId) {
  return {
    visit: visitId,
    consent: null,
    anonymous: true, is_adult: null,
    respondent: { kind: "party", name: "", contact: "", salt: mintSalt() },
    conducted: "in_person", level: null, facts: {}, answers: {}, opinion: "", suggestion: "",
    callback: false, recordings: [], signature: null, refused: null,
  };
}

/**
 * What is still missing before submitting: the id of the place on the page and the words for it. The same as `missing` of
 * the server's interviews/rules.py.
 * @param {RecordBody} body
 * @returns {Array<{at: string, words: string}>}
 */
export function missing(body) {
  if (body.refused) return isSaid(body.refused.reason) ? [] : [{ at: "refusal", words: "拒绝访谈的原因" }];
  const gaps = [];
  if (body.consent?.given !== true) gaps.push({ at: "consent", words: "当事人的同意" });
  if (body.is_adult !== true) gaps.push({ at: "age", words: body.is_adult === false ? "受访人须已成年" : "是否成年" });
  if (body.anonymous === false && !isSaid(body.respondent?.name)) gaps.push({ at: "who", words: "姓名（或改为匿名）" });
  if (!saysSomething(body)) gaps.push({ at: "level", words: "满意程度（或至少一个回答）" });
  if (body.callback === true && !isSaid(body.respondent?.contact)) gaps.push({ at: "callback", words: "回访的联系方式" });
  if (!isSigned(body.signature)) gaps.push({ at: "signature", words: "核对签名、口头确认或拒签原因" });
  return gaps;
}

function isSaid(text) {
  return Boolean(text?.trim());
}

function saysSomething(body) {
  const texts = [...Object.values(body.answers ?? {}), body.opinion, body.suggestion];
  return Boolean(body.level) || Object.keys(body.facts ?? {}).length > 0 || body.recordings?.length > 0 || texts.some(isSaid);
}

/** @param {{evidence?: string, oral?: boolean, refused?: string}|null} signature */
export function isSigned(signature) {
  return Boolean(signature && (signature.evidence || signature.oral || isSaid(signature.refused)));
}

/** One line for lists: who and how content, never a name. */
export function interviewWords(body) {
  const kind = KINDS.find(([id]) => id === body.respondent?.kind)?.[1] ?? "受访人";
  if (body.refused) return `${kind} · 拒绝访谈`;
  const level = LEVEL_WORDS[body.level];
  return level ? `${kind} · ${level}` : kind;
}
