/** News of what has changed on this phone, in this tab and the others. */

import { mintId } from "../../lib/ids.js";

const CHANNEL = "fieldapp";
const tab = mintId();
const listeners = new Set();
const channel = typeof BroadcastChannel === "function" ? new BroadcastChannel(CHANNEL) : null;
if (channel) channel.onmessage = (event) => tell(event.data);

/**
 * @typedef {object} News
 * @property {"record"|"evidence"|"pack"|"session"|"certificate"|"sync"|"program"} type
 * @property {string} [tab] where it comes from
 * @property {string} [id] of the record or file
 * @property {string} [recordId] whose file it is
 * @property {"edit"} [why] somebody changed the record's words in that tab
 * @property {boolean} [same] the change leaves what is counted as it was
 */

/**
 * Calls `listener` after each change of what is kept, made in this tab or another.
 * @param {(news: News) => void} listener
 * @returns {() => void} stops listening
 */
export function onChange(listener) {
  return onNews((news) => { if (news.type !== "sync") listener(news); });
}

/** The same, and also how a sync goes. @param {(news: News) => void} listener @returns {() => void} stops listening */
export function onNews(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Tells every tab. @param {News & Record<string, unknown>} news */
export function announce(news) {
  const told = { ...news, tab };
  tell(told);
  if (channel) channel.postMessage(told);
}

/** Whether the news come from this tab. @param {News} news */
export const isOwn = (news) => news.tab === tab;

/** Whether the news may have changed what a page shows of a record; its own taps are on the screen already. @param {News} news @param {string} id */
export function touches(news, id) {
  return news.type === "pack" || news.recordId === id || (news.id === id && !(news.why === "edit" && isOwn(news)));
}

function tell(news) {
  for (const listener of [...listeners]) {
    try { listener(news); } catch (error) { console.error(error); }
  }
}
