/** An answer of the server put together with the pack that it was asked for: docs/sync.md, Pack. Touches nothing but what it is given. */

/**
 * What the phone holds after the answer to `?since=CURSOR&rows=1`.
 * @param {any} before the pack whose cursor was sent @param {any} answer
 * @returns {any|null} null when the two do not fit: then the whole pack is to be asked for
 */
export function joined(before, answer) {
  const after = { ...before, ...answer };
  for (const [name, said] of Object.entries(answer)) {
    if (!Array.isArray(said?.rows)) continue;
    after[name] = listOf(before[name], said);
    if (!after[name]) return null;
  }
  return after;
}

/** Rows that came, and stretches [from, to) of the rows that were there, in the order of the answer. */
function listOf(before, { count, rows }) {
  if (!Array.isArray(before)) return null;
  const list = rows.flatMap((one) => (Array.isArray(one) ? before.slice(one[0], one[1]) : [one]));
  return list.length === count ? list : null;
}
