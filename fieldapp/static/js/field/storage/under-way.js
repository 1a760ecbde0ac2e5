/** What this page has under way in the store, so that it can be left in between. */

let underWay = 0;
const whenSettled = new Set();

/** Does `work` and counts it as under way meanwhile. @template T @param {() => Promise<T>} work @returns {Promise<T>} */
export async function counted(work) {
  underWay += 1;
  try {
    return await work();
  } finally {
    underWay -= 1;
    if (!underWay) for (const settle of whenSettled) settle();
  }
}

/** Waits until nothing is under way, `mostMs` at the longest. @param {number} [mostMs] @returns {Promise<void>} */
export function settled(mostMs = 1000) {
  if (!underWay) return Promise.resolve();
  return new Promise((resolve) => {
    const settle = () => { whenSettled.delete(settle); resolve(); };
    whenSettled.add(settle);
    setTimeout(settle, mostMs);
  });
}
