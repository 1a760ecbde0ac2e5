/** The secret of the user's certificate on this phone, which the heartbeat brings: see live-certificate.js, and docs/sync.md, Showing a certificate. */

import { measuredOffset } from "../server/clock.js";
import { announce } from "../storage/news.js";
import { write } from "../storage/store.js";

let kept = ""; // what this document has written last, so that a heartbeat without news writes nothing

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
  await write(["meta"], ({ meta }) => meta.put(key && { ...key, offset: measuredOffset() ?? 0 }, placeOf(userId)));
  kept = said;
  announce({ type: "certificate" });
}

/** Nothing of it stays when its user signs out. @param {any} meta the store, in a transaction @param {string} userId */
export async function forgetKey(meta, userId) {
  await meta.delete(placeOf(userId));
  kept = "";
}
