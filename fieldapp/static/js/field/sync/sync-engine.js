/** Carries what waits to the server: when to try, in which order, and when to stop. One at a time across tabs. */

import { whoAmI } from "../server/api.js";
import { whatIsDue } from "./due.js";
import { report } from "./heartbeat.js";
import { onNews } from "../storage/news.js";
import { countsOf, summary } from "../records/outbox.js";
import { refreshPack } from "../session/pack.js";
import { setAside } from "../storage/quota-reserve.js";
import { newRoom } from "./bundle.js";
import { sendRecord } from "./delivery.js";
import { sendEvidence } from "./file-delivery.js";
import { currentUser, deviceId } from "../session/session.js";
import { askToSignIn, note, state, takeOver } from "./sync-status.js";
import { takeTurn } from "./sync-lock.js";
import { backoffMs, judge } from "../server/verdicts.js";
import { mintId } from "../../lib/ids.js";

const REST_MS = 3200;
const ROUND_MS = 5 * 60 * 1000;
let [timer, wakeAt] = [0, Infinity];
let troubles = 0;
/** @type {Promise<void>|null} */
let running = null;

/** Starts on load, and again whenever something may have changed for the better. */
export function startSync() {
  const force = () => sync({ force: true });
  addEventListener("online", force);
  addEventListener("offline", () => note({ online: false, reach: "offline" }));
  addEventListener("pageshow", (event) => event.persisted && force());
  document.addEventListener("visibilitychange", force);
  /** @type {any} */ (navigator).connection?.addEventListener?.("change", force);
  onNews((news) => {
    if (news.type === "sync" && !running) takeOver(news);
    if (news.type === "record" || news.type === "evidence") wake(REST_MS);
    if (news.type === "session") force(); // also one that began on another page: its pack is not here yet
  });
  sync({ force: true });
}

/** 立即同步: tries everything now. @returns {Promise<any>} the outbox's summary afterwards */
export async function syncNow() {
  note({ signIn: false });
  if (running) await running; // what runs may have passed by what is meant
  await sync({ force: true });
  return summary();
}

function sync(how) {
  if (running) {
    if (how.force) wake(REST_MS);
    return running;
  }
  running = takeTurn(() => round(how)).then((done) => { if (done === null) wake(REST_MS); })
    .catch((error) => { console.error(error); wake(ROUND_MS); })
    .finally(() => { running = null; note({ running: false, progress: null }); });
  return running;
}

function wake(inMs) {
  const at = Date.now() + inMs;
  if (timer && wakeAt <= at) return;
  clearTimeout(timer);
  wakeAt = at;
  timer = setTimeout(() => { timer = 0; wakeAt = Infinity; sync({ force: false }); }, Math.max(0, inMs));
}

async function round({ force }) {
  const user = await currentUser();
  if (!user) return true;
  note({ running: true });
  const me = await whoAmI();
  if (me.status !== 200 || !me.ours) return stop(judge(me, { stored: false }), me.retryAfterMs);
  if (me.json.user.id !== user.id) return askToSignIn({ reason: "other", user: me.json.user });
  const cameBack = state().online === false;
  note({ online: true, reach: "online", signIn: false, trouble: null });
  const device = await deviceId(user.id, mintId);
  const { halt, left } = await empty(user, device, force || cameBack);
  return halt ? stop(halt, halt.retryAfterMs) : finishRound(user, device, left);
}

/**
 * Sends until nothing is due. Gives the verdict that stops the sync in `halt`, else what is left for later in `left`.
 * @returns {Promise<{halt?: import("../server/verdicts.js").Verdict & {retryAfterMs?: number|null}, left?: Awaited<ReturnType<typeof whatIsDue>>}>}
 */
async function empty(user, device, force) {
  const failed = new Set();
  const room = newRoom();
  const counter = { done: 0, total: 0, bytes: 0, allBytes: 0 };
  /** @type {string|null} */
  let trouble = null;
  for (;;) {
    const due = await whatIsDue(user.id, { force, failed });
    const work = due.records.length ? due.records : due.files;
    if (!work.length) {
      note({ trouble: trouble ?? (due.held ? `${due.held} 张原图等 Wi-Fi` : null) }); // what is left for later, and why
      return { left: due };
    }
    counter.total = counter.done + due.records.length + due.files.length;
    counter.allBytes = counter.bytes + due.files.reduce((sum, file) => sum + file.bytes, 0) + due.records.length * 4096;
    for (const item of work) {
      tellProgress(counter, 0);
      const verdict = due.records.length ? await sendRecord(item, device, room)
        : await sendEvidence(item, user.id, (sent) => tellProgress(counter, sent));
      if (verdict.is !== "stored") failed.add(item.id);
      if (verdict.is === "later") trouble = verdict.words || trouble;
      if (verdict.everyone) return { halt: verdict };
      counter.done += 1;
      counter.bytes += due.records.length ? 4096 : item.bytes;
      if (!due.records.length && await newWords(user)) break;
    }
  }
}

/** Words go before pictures also when they were written while pictures were on their way. */
async function newWords(user) {
  return (await whatIsDue(user.id)).records.length > 0;
}

function tellProgress(counter, sent) {
  const share = counter.allBytes ? Math.min(1, (counter.bytes + sent) / counter.allBytes) : 0;
  note({ progress: { done: counter.done, total: counter.total, share } });
}

async function finishRound(user, device, left) {
  if (state().progress) note({ progress: null });
  const pack = await refreshPack(user);
  if (pack.answer && pack.answer.status !== 304 && !(pack.answer.status === 200 && pack.answer.ours)) {
    const verdict = judge(pack.answer, { stored: false });
    if (verdict.everyone) return stop(verdict, pack.answer.retryAfterMs);
  }
  const due = pack.changed ? await whatIsDue(user.id) : left;
  const told = await report(user, device, due.kept);
  if (told.alarm) wake(1000);
  troubles = 0;
  if (!countsOf(due.kept.records, due.kept.files).unsent) await setAside();
  note({ lastOkAt: Date.now(), alarm: told.alarm, nextTryAt: Number.isFinite(due.nextAt) ? due.nextAt : 0 });
  wake(Math.min(ROUND_MS, Math.max(1000, due.nextAt - Date.now())));
  return true;
}

function stop(verdict, retryAfterMs) {
  if (verdict.is === "sign-in") return askToSignIn({ reason: "ended" });
  troubles += 1;
  const wait = backoffMs(troubles, retryAfterMs);
  note({ online: verdict.reach === "online", reach: verdict.reach, trouble: verdict.words || null, nextTryAt: Date.now() + wait });
  wake(wait);
  return true;
}
