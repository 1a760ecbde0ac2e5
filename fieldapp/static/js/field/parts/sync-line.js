/** The one line at the top that tells the truth about what is on this phone and what has arrived. */

import { make } from "../../lib/dom.js";
import { timeOfDay, until } from "../../lib/words.js";
import { onProgress, state } from "../sync/sync-status.js";
import { onChange } from "../storage/news.js";
import { summary } from "../records/outbox.js";
import { currentUser } from "../session/session.js";
import { REACHES, REMEDIES } from "../server/verdicts.js";

const PAUSE_MS = 120;
const PAGES_OF_ONE = /^\/field\/(record|section|check|interview|receipt|conflict)$/;

/** @param {HTMLElement} element */
export function start(element) {
  let timer = 0;
  let drawing = false;
  let again = false;
  /** @type {import("../records/outbox.js").Outbox|null} */
  let counts = null;
  const draw = async () => {
    if (drawing) { again = true; return; }
    drawing = true;
    try {
      counts ??= await summary({ inHand: idInHand() });
      show(element, lineFor(counts, state()));
    } catch {
      counts = null;
      show(element, { tone: "attention", words: "读不到本机记录。请不要清除浏览器数据，关闭本页后重新打开。" });
    }
    drawing = false;
    if (again) { again = false; soon(); }
  };
  const soon = () => { clearTimeout(timer); timer = setTimeout(draw, PAUSE_MS); };
  const anew = () => { counts = null; soon(); };
  onChange((news) => { if (!news.same) anew(); });
  onProgress(soon);
  for (const event of ["online", "offline"]) addEventListener(event, soon);
  for (const event of ["pageshow", "popstate"]) addEventListener(event, anew);
  document.addEventListener("visibilitychange", anew);
  setInterval(anew, 15000);
  return draw();
}

/** The record that the page has open, as its address says. */
function idInHand() {
  return PAGES_OF_ONE.test(location.pathname) ? new URLSearchParams(location.search).get("id") : null;
}

/**
 * What the line says. It speaks of the record in hand; what else there is, is a quiet count. Pure.
 * @param {import("../records/outbox.js").Outbox} counts @param {ReturnType<typeof state>} sync
 * @returns {{tone: "busy"|"good"|"offline"|"attention"|"", words: string, href?: string, signIn?: boolean}}
 */
export function lineFor(counts, sync) {
  const { inHand, user } = counts;
  const away = sync.online === false ? REACHES[sync.reach ?? ""] || REACHES.offline : "";
  const remedy = away && REMEDIES[sync.reach ?? ""];
  const held = counts.held.map(({ name, count }) => `另有 ${name} 的 ${count} 条在本机`);
  const say = (tone, ...words) => ({ tone, words: words.filter(Boolean).join(" · "), href: "/field/records" });
  if (!user) return { ...say("attention", "尚未登录，点这里登录", ...held), href: undefined, signIn: true };
  if (sync.alarm) return say("attention", sync.alarm);
  if (sync.signIn) return { ...say("attention", "登录已失效", counts.waiting && `${counts.waiting} 条待上传`, "点这里登录"), href: undefined, signIn: true };
  if (sync.progress) {
    const { done, total, share } = sync.progress;
    return say("busy", `正在上传 ${Math.min(done + 1, total)}/${total} · ${Math.round(share * 100)}%`);
  }
  const needs = inHand?.needs ?? 0;
  const others = counts.refused + counts.conflicts + counts.returned + counts.filesRefused - needs;
  const quiet = [others > 0 && `${inHand ? "另有 " : ""}${others} 条需要处理`, ...held];
  if (inHand && needs) return say("attention", away, inHand.words, remedy, ...quiet);
  const left = inHand?.isOnItsWay ? inHand.words : waitingWords(counts);
  if (away) return say("offline", away, left || (others > 0 ? "" : "本机没有待上传"), remedy, ...quiet);
  if (left) return say("busy", left, sync.nextTryAt > Date.now() && `${until(sync.nextTryAt)}再试`, sync.trouble, ...quiet);
  if (!inHand && counts.refused + counts.conflicts + counts.filesRefused > 0) return say("attention", ...quiet);
  return sync.lastOkAt ? say("good", `全部已上传 ${timeOfDay(sync.lastOkAt)}`, ...quiet) : say("", "本机没有待上传", ...quiet);
}

function waitingWords({ waiting, filesWaiting, draftsUnsent, filesUnsent }) {
  if (waiting) return `${waiting} 条待上传` + (filesWaiting > 0 ? `，附件 ${filesWaiting} 个` : "");
  if (filesWaiting > 0) return `附件 ${filesWaiting} 个待上传`;
  if (draftsUnsent) return `${draftsUnsent} 份草稿仅在本机`;
  return filesUnsent > 0 ? `附件 ${filesUnsent} 个仅在本机` : "";
}

/** @param {HTMLElement} element @param {{tone: string, words: string, href?: string, signIn?: boolean}} line */
function show(element, { tone, words, href, signIn }) {
  if (element.dataset.tone !== tone) element.dataset.tone = tone;
  if (element.textContent === words) return;
  element.replaceChildren(href || signIn ? make("a", { href: href || "#sign-in" }, words) : words);
  if (signIn) element.firstElementChild?.addEventListener("click", askToSignIn);
}

async function askToSignIn(event) {
  event.preventDefault();
  const dialog = await import("./sign-in.js");
  await dialog.ask({ reason: (await currentUser()) ? "ended" : "nobody" });
}
