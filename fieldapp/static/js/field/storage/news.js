/** News of what has changed on this phone, in this tab and the others. */

const CHANNEL = "fieldapp";
const listeners = new Set();
const channel = typeof BroadcastChannel === "function" ? new BroadcastChannel(CHANNEL) : null;
if (channel) channel.onmessage = (event) => tell(event.data);

/**
 * Calls `listener` after each change, made in this tab or another. `news.type`: record, evidence, pack, session, sync.
 * @param {(news: {type: string, id?: string}) => void} listener
 * @returns {() => void} stops listening
 */
export function onChange(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Tells every tab. @param {{type: string, [key: string]: unknown}} news */
export function announce(news) {
  tell(news);
  if (channel) channel.postMessage(news);
}

function tell(news) {
  for (const listener of [...listeners]) {
    try { listener(news); } catch (error) { console.error(error); }
  }
}
