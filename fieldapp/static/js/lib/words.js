/** Times, counts and labels in Chinese. Times are shown on a Chinese clock, whatever the phone is set to. */

const CHINA_MS = 8 * 3600 * 1000;
const two = (number) => String(number).padStart(2, "0");
const onChinaClock = (moment) => new Date(new Date(moment).getTime() + CHINA_MS);

/** 09:05 @param {string|number|Date} moment */
export function timeOfDay(moment) {
  const at = onChinaClock(moment);
  return `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}`;
}

/** 11月24日 @param {string|number|Date} moment */
export function day(moment) {
  const at = onChinaClock(moment);
  return `${at.getUTCMonth() + 1}月${at.getUTCDate()}日`;
}

/** 2026-11-24 09:05:07 @param {string|number|Date} moment */
export function dayAndTime(moment) {
  const at = onChinaClock(moment);
  return `${at.getUTCFullYear()}-${two(at.getUTCMonth() + 1)}-${two(at.getUTCDate())} ${timeOfDay(moment)}:${two(at.getUTCSeconds())}`;
}

/** 周二 @param {string|number|Date} moment */
export function weekday(moment) {
  return `周${"日一二三四五六"[onChinaClock(moment).getUTCDay()]}`;
}

/** Whole days from `now` to `moment` on a Chinese calendar: 0 today, 1 tomorrow, -1 yesterday. */
export function daysAway(moment, now = Date.now()) {
  const dayOf = (value) => Math.floor(onChinaClock(value).getTime() / 86400000);
  return dayOf(moment) - dayOf(now);
}

/** 今天 09:05, 明天 14:00, 昨天 …, 11月28日 周六 09:00 */
export function moment(at, now = Date.now()) {
  const named = { "-1": "昨天", 0: "今天", 1: "明天" }[daysAway(at, now)];
  return `${named || day(at) + " " + weekday(at)} ${timeOfDay(at)}`;
}

/** 刚刚, 5 分钟前, 3 小时前, 2 天前 */
export function ago(at, now = Date.now()) {
  const minutes = Math.floor((now - new Date(at).getTime()) / 60000);
  if (minutes < 1) return "刚刚";
  if (minutes < 60) return `${minutes} 分钟前`;
  return minutes < 1440 ? `${Math.floor(minutes / 60)} 小时前` : `${Math.floor(minutes / 1440)} 天前`;
}

/** 8 秒后, 3 分钟后: when something will be tried again */
export function until(at, now = Date.now()) {
  const seconds = Math.max(1, Math.ceil((new Date(at).getTime() - now) / 1000));
  return seconds < 60 ? `${seconds} 秒后` : `${Math.ceil(seconds / 60)} 分钟后`;
}

/** 3:05 or 1:02:07 of elapsed milliseconds */
export function elapsed(ms) {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const hours = Math.floor(seconds / 3600);
  const rest = `${hours ? two(Math.floor(seconds / 60) % 60) : Math.floor(seconds / 60)}:${two(seconds % 60)}`;
  return hours ? `${hours}:${rest}` : rest;
}

/** 812 B, 34 KB, 2.4 MB, 1.1 GB */
export function bytes(count) {
  if (count < 1024) return `${count} B`;
  const units = ["KB", "MB", "GB"];
  let value = count / 1024;
  let unit = 0;
  while (value >= 1000 && unit < 2) { value /= 1024; unit += 1; }
  return `${value < 10 && unit ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** The local time as RFC 3339 with the Chinese offset: 2026-11-24T09:05:07+08:00 */
export function rfc3339(at = Date.now()) {
  return `${onChinaClock(at).toISOString().slice(0, 19)}+08:00`;
}

/** A receipt's short mark for people: A7K2. Four signs of its digest, without those that look alike. */
export function receiptMark(receipt) {
  const signs = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
  return [0, 2, 4, 6].map((at) => signs[parseInt(receipt.digest.slice(at, at + 2), 16) % 32]).join("");
}

export const ANSWERS = { yes: "是", no: "否", na: "不适用", not_observed: "未观察到" };
export const MODES = { on_site: "现场监督", ledger: "查阅台账", case_file: "案卷评查" };
export const LEVELS = { 5: "非常满意", 4: "满意", 3: "基本满意", 2: "不满意", 1: "非常不满意" };
export const KINDS = { observation: "监督记录", interview: "访谈", visit: "临时监督", confirmation: "确认", binding: "评价码", evidence: "附件" };
export const SOURCES = { camera: "现场拍摄", album: "相册选取", audio: "录音", signature: "手写签名", copy: "照片副本", layer: "照片标注", desk_layer: "审核台标注" };

/** A sentence of the server inside one of ours: without its stop, so that none stands twice. @param {string|undefined} sentence */
export const unended = (sentence) => (sentence ?? "").replace(/[。.！!]+$/, "");
