/** Time that a changed clock cannot bend: elapsed time runs on the monotonic clock, the offset to the server is measured. */

let slept = 0;
/** @type {{wall: number, steady: number}|null} */
let leftAt = null;
/** @type {number|null} */
let offset = null;
let bestTrip = Infinity;

const JUMP_MS = 60000;
const KEPT = "clock-offset"; // beside what is measured: what was measured last, for a phone that starts without network

/**
 * Milliseconds on a clock that only moves forward within this page. The monotonic clock of some phones stops while the screen is
 * off, so a gap seen when the page comes back is added.
 * @returns {number}
 */
export function steadyMs() {
  return performance.now() + slept;
}

/**
 * A mark from which `elapsedSince` counts on, also in another page or after a restart of the phone.
 * @param {number} [elapsed] milliseconds that have gone by already
 * @returns {{elapsed: number, wall: number}} plain, to be kept with the record
 */
export function mark(elapsed = 0) {
  return { elapsed, wall: Date.now() };
}

const anchors = new Map();

/**
 * Milliseconds since the start that `kept` marks. Never smaller than what was said before for the same key.
 * @param {string} key the record's id
 * @param {{elapsed: number, wall: number}} kept
 * @returns {number} whole milliseconds ≥ 0
 */
export function elapsedSince(key, kept) {
  let anchor = anchors.get(key);
  if (!anchor) {
    anchor = { elapsed: kept.elapsed + Math.max(0, Date.now() - kept.wall), steady: steadyMs() };
    anchors.set(key, anchor);
  }
  const now = anchor.elapsed + steadyMs() - anchor.steady;
  return Math.max(0, Math.round(Math.max(now, kept.elapsed)));
}

/**
 * Learns from an answer how far this phone's clock is from the server's; the quickest round trip is the best measure.
 * @param {string} serverTime RFC 3339
 * @param {number} sentAt phone's clock when the request left, ms since 1970
 * @param {number} receivedAt phone's clock when the answer was there
 */
export function measure(serverTime, sentAt, receivedAt) {
  const server = Date.parse(serverTime);
  const trip = receivedAt - sentAt;
  if (Number.isNaN(server) || trip < 0) return;
  const measured = Math.round(server - (sentAt + receivedAt) / 2);
  const hasJumped = offset !== null && Math.abs(measured - offset) > JUMP_MS + trip; // somebody has set the phone's clock
  if (trip > bestTrip && !hasJumped) return;
  bestTrip = trip;
  offset = measured;
  try { localStorage.setItem(KEPT, String(measured)); } catch { /* forbidden: then only what is measured is known */ }
}

/** The server's time as far as this phone knows it, ms since 1970: what is written for people to read. */
export const trueNow = () => Date.now() + (offset ?? 0);

/** How far the clock is off, measured now or at the last start that had a network; null when never. @returns {{ms: number, isOld: boolean}|null} */
export function knownOffset() {
  if (offset !== null) return { ms: offset, isOld: false };
  /** @type {string|null} */
  let kept = null;
  try { kept = localStorage.getItem(KEPT); } catch { /* as above */ }
  return kept === null ? null : { ms: Number(kept), isOld: true };
}

/** Milliseconds to add to this phone's clock to get the server's; null until measured. */
export function measuredOffset() {
  return offset;
}

function watchSleep() {
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") {
      leftAt = { wall: Date.now(), steady: performance.now() };
    } else if (leftAt) {
      const gap = (Date.now() - leftAt.wall) - (performance.now() - leftAt.steady);
      if (gap > 1000) slept += gap;
      leftAt = null;
    }
  });
}

if (typeof document !== "undefined") watchSleep();
