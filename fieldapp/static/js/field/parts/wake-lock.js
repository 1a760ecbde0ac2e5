/** The screen stays on while something runs that a dark phone would end. Where the browser cannot, it goes dark as always. */

/** @returns {() => void} lets the screen go dark again */
export function keepAwake() {
  /** @type {WakeLockSentinel|null|undefined} */
  let lock = null;
  let isWanted = true;
  const ask = async () => {
    if (!isWanted || document.visibilityState !== "visible") return;
    lock = await navigator.wakeLock?.request("screen").catch(() => null); // refused when the battery is low
    if (!isWanted) lock?.release();
  };
  document.addEventListener("visibilitychange", ask); // the system takes it away with the page
  ask();
  return () => {
    isWanted = false;
    document.removeEventListener("visibilitychange", ask);
    lock?.release();
  };
}
