/** The one line at the top that tells the truth about what is on this phone and what has arrived. */

import { make } from "../../lib/dom.js";
import { timeOfDay, until } from "../../lib/words.js";
import { onProgress, state } from "../sync/sync-status.js";
import { onChange } from "../storage/news.js";
import { summary } from "../records/outbox.js";
import { currentUser } from "../session/session.js";

const PAUSE_MS = 120;

/** @param {HTMLElement} element */
export function start(element) {
  let timer = 0;
  let again = false;
  let drawing = false;
  const draw = async () => {
    if (drawing) { again = true; return; }
    drawing = true;
    try {
      const [counts, user] = await Promise.all([summary(), currentUser()]);
      show(element, lineFor(counts, state(), user));
    } catch {
      show(element, { tone: "attention", words: "读不到本机记录。请不要清除浏览器数据，关闭本页后重新打开。" });
    }
    drawing = false;
    if (again) { again = false; soon(); }
  };
  const soon = () => { clearTimeout(timer); timer = setTimeout(draw, PAUSE_MS); };
  onChange(soon);
  onProgress(soon);
  addEventListener("online", soon);
  addEventListener("offline", soon);
  setInterval(soon, 15000);
  return draw();
}

/**
 * What the line says. Pure.
 * @param {any} counts of the outbox @param {any} sync its state @param {any} user
 * @returns {{tone: "busy"|"good"|"offline"|"attention"|"", words: string, href?: string, signIn?: boolean}}
 */
export function lineFor(counts, sync, user) {
  const needy = counts.refused + counts.conflicts + counts.returned + counts.filesRefused;
  const waiting = counts.waiting + counts.sending;
  const alsoWaiting = waiting ? ` · ${waiting} 条待上传` : "";
  const files = counts.filesTotal - counts.filesSent - counts.filesRefused;
  const held = counts.held.map(({ name, count }) => ` · 另有 ${name} 的 ${count} 条在本机`).join("");
  if (!user) return { tone: "attention", words: `尚未登录，点这里登录${held}`, signIn: true };
  if (sync.alarm) return { tone: "attention", words: sync.alarm, href: "/field/records" };
  if (sync.signIn) return { tone: "attention", words: `登录已失效${alsoWaiting}，点这里登录`, signIn: true };
  if (sync.progress) {
    const { done, total, share } = sync.progress;
    return { tone: "busy", words: `正在上传 ${Math.min(done + 1, total)}/${total} · ${Math.round(share * 100)}%`, href: "/field/records" };
  }
  if (needy) {
    const away = sync.online === false ? `${sync.captive || "离线"} · ` : "";
    return { tone: "attention", words: `${away}${needy} 条需要处理${alsoWaiting}`, href: "/field/records" };
  }
  const left = waitingWords(waiting, files, counts);
  if (sync.online === false) return { tone: "offline", words: `${sync.captive || "离线"} · ${left || "本机没有待上传"}${held}`, href: "/field/records" };
  if (left) {
    const next = sync.nextTryAt > Date.now() ? ` · ${until(sync.nextTryAt)}再试` : "";
    return { tone: "busy", words: `${left}${next}${sync.trouble ? " · " + sync.trouble : ""}`, href: "/field/records" };
  }
  if (!sync.lastOkAt) return { tone: "", words: `本机没有待上传${held}`, href: "/field/records" };
  return { tone: "good", words: `全部已上传 ${timeOfDay(counts.allSentAt || sync.lastOkAt)}${held}`, href: "/field/records" };
}

function waitingWords(waiting, files, counts) {
  if (waiting) return `${waiting} 条待上传` + (files > 0 ? `，附件 ${files} 个` : "");
  if (files > 0) return `附件 ${files} 个待上传`;
  return counts.drafts ? `${counts.drafts} 份草稿在本机` : "";
}

function show(element, { tone, words, href, signIn }) {
  if (element.dataset.tone !== tone) element.dataset.tone = tone;
  if (element.textContent === words) return;
  element.replaceChildren(href || signIn ? make("a", { href: href || "#sign-in" }, words) : words);
  if (signIn) element.firstElementChild.addEventListener("click", askToSignIn);
}

async function askToSignIn(event) {
  event.preventDefault();
  const dialog = await import("./sign-in.js");
  await dialog.ask({ reason: (await currentUser()) ? "ended" : "nobody" });
}
