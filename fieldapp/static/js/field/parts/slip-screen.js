/** Keeps the screen lit while the page is looked at: a citizen needs a moment to find the scanner. */

/** @type {WakeLockSentinel|null} */
let lock = null;

/** Where the browser can (Chrome 84, Safari 16.4); elsewhere the phone dims as it always does. Source: W3C Screen Wake Lock. */
export function keepScreenOn() {
  if (!("wakeLock" in navigator)) return;
  light();
  document.addEventListener("visibilitychange", light); // the system takes the lock away whenever the page is hidden
}

async function light() {
  if (document.visibilityState !== "visible" || (lock && !lock.released)) return;
  try {
    lock = await navigator.wakeLock.request("screen");
  } catch {
    lock = null; // a low battery: the phone may refuse
  }
}
