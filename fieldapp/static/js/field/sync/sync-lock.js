/** One sync at a time on this phone, across tabs. */

const NAME = "fieldapp-sync";
const LEASE_MS = 90000;

/**
 * Runs `work` when no other tab does the same.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T|null>} null when another tab has the turn
 */
export async function takeTurn(work) {
  if (navigator.locks) return navigator.locks.request(NAME, { ifAvailable: true }, (lock) => (lock ? untilLeft(work) : null));
  return byLease(work);
}

/** A page that is left and kept by the browser would keep the lock with it: it is given back then. */
async function untilLeft(work) {
  const done = new AbortController();
  const leaves = new Promise((resolve) => { addEventListener("pagehide", () => resolve(null), { signal: done.signal }); });
  try {
    return await Promise.race([work(), leaves]);
  } finally {
    done.abort();
  }
}

/** Browsers without Web Locks (before iOS 15.4): a lease that ends by itself. Two at once would be harmless, only wasteful. */
async function byLease(work) {
  const [, until = "0"] = (localStorage.getItem(NAME) || "").split(" ");
  if (Number(until) > Date.now()) return null;
  const mine = String(Math.random());
  const renew = () => localStorage.setItem(NAME, `${mine} ${Date.now() + LEASE_MS}`);
  renew();
  const timer = setInterval(renew, LEASE_MS / 3);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    if ((localStorage.getItem(NAME) || "").startsWith(mine)) localStorage.removeItem(NAME);
  }
}
