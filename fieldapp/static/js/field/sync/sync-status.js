/** How the sync stands, the same in every tab. */

import { announce, isOwn } from "../storage/news.js";

const signInListeners = new Set();
const progressListeners = new Set();
let unanswered = null;
const now = {
  online: navigator.onLine === false ? false : null,
  running: false, lastOkAt: null, nextTryAt: 0, progress: null, signIn: false, alarm: null, reach: null, trouble: null,
};

/**
 * @returns {{running: boolean, online: boolean|null, lastOkAt: number|null, nextTryAt: number, signIn: boolean, alarm: string|null,
 *   reach: import("../server/verdicts.js").Reach|null, trouble: string|null, progress: {done: number, total: number, share: number}|null}}
 *   `online`: whether the last call reached our server; before the first false where the browser knows of no network, else null.
 *   `reach`: how far it came. `share` 0–1 of the bytes.
 */
export function state() {
  return { ...now };
}

/** Calls `listener` whenever `state()` changes, in this tab or another. @returns {() => void} stops listening */
export function onProgress(listener) {
  progressListeners.add(listener);
  return () => progressListeners.delete(listener);
}

/** Calls `listener({reason: "ended"|"other", user?})` when the sync stopped because somebody must sign in. */
export function onSignInNeeded(listener) {
  signInListeners.add(listener);
  if (unanswered) listener(unanswered); // the sync may have stopped before this page's dialog was there
  return () => signInListeners.delete(listener);
}

/** Writes down what has changed and tells every tab. @param {Partial<ReturnType<typeof state>>} change */
export function note(change) {
  Object.assign(now, change);
  if (!now.signIn) unanswered = null;
  for (const listener of progressListeners) listener(state());
  announce({ type: "sync", state: state() });
}

/** Takes what another tab says of its sync. @param {import("../storage/news.js").News & {state?: any}} news */
export function takeOver(news) {
  if (isOwn(news)) return;
  Object.assign(now, news.state);
  for (const listener of progressListeners) listener(state());
}

/** Notes that somebody must sign in; asks once, not again at each try. */
export function askToSignIn(why) {
  const asked = now.signIn;
  unanswered = why;
  note({ signIn: true, online: true, reach: "online" });
  if (!asked) for (const listener of signInListeners) listener(why);
  return true;
}
