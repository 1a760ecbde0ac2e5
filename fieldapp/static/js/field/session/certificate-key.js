/** The secret of the user's certificate on this phone, which the heartbeat brings: see live-certificate.js, and docs/sync.md, Showing a certificate. */

import { measuredOffset } from "../server/clock.js";
import { announce } from "../storage/news.js";
import { read, write } from "../storage/store.js";

const CLOSE_MS = 1000; // of a clock that is measured by the time a request takes
let kept = ""; // what this document knows to be kept, so that a heartbeat without news reads and writes nothing

/** Where it lies in `meta`. @param {string} userId */
export const placeOf = (userId) => `certificate-key:${userId}`;

/**
 * Keeps what a heartbeat said of the user's certificate; a server of before says nothing.
 * @param {string} userId @param {string} device @param {{code: string, secret: string}|null|undefined} certificate
 */
export async function keepKey(userId, device, certificate) {
  if (certificate === undefined) return;
  const key = certificate && { ...certificate, device };
  const said = JSON.stringify([userId, key]);
  if (said === kept) return;
  const offset = measuredOffset() ?? 0;
  const known = await read("meta", placeOf(userId));
  const isKnown = known ? known.code === key?.code && known.secret === key?.secret && known.device === device : !key;
  if (!isKnown || Math.abs(offset - (known?.offset ?? offset)) > CLOSE_MS) {
    await write(["meta"], ({ meta }) => meta.put(key && { ...key, offset }, placeOf(userId)));
    announce({ type: "certificate" });
  }
  kept = said;
}

/** Nothing of it stays when its user signs out. @param {any} meta the store, in a transaction @param {string} userId */
export async function forgetKey(meta, userId) {
  await meta.delete(placeOf(userId));
  kept = "";
}
