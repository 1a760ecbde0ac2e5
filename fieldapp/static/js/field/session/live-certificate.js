/**
 * The code of the minute by which this phone shows its user's certificate: made here, without a network, from a secret that the
 * heartbeat brought. docs/sync.md, Showing a certificate.
 */

import { hex } from "../../lib/ids.js";
import { measuredOffset } from "../server/clock.js";
import { read } from "../storage/store.js";
import { placeOf } from "./certificate-key.js";

const [CODE_DIGITS, MINUTE_MS] = [20, 60000];

/**
 * What makes the addresses of a certificate; null where this phone has no secret of it, or the browser no HMAC.
 * @param {string} userId @param {string} verifyUrl
 * @returns {Promise<LiveCertificate|null>}
 */
export async function liveCertificate(userId, verifyUrl) {
  const key = await read("meta", placeOf(userId));
  if (!key || !crypto.subtle || !verifyUrl.endsWith(`/${key.code}`)) return null;
  const bytes = new Uint8Array(key.secret.match(/../g).map((digits) => parseInt(digits, 16)));
  const signing = await crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new LiveCertificate(verifyUrl, key, signing);
}

export class LiveCertificate {
  #url;
  #key;
  #signing;

  constructor(url, key, signing) {
    [this.#url, this.#key, this.#signing] = [url, key, signing];
  }

  /** Minutes since 1970 on the server's clock, and how many seconds of this one are left. */
  get minute() {
    const now = Date.now() + (measuredOffset() ?? this.#key.offset);
    return { number: Math.floor(now / MINUTE_MS), secondsLeft: Math.ceil((MINUTE_MS - (now % MINUTE_MS)) / 1000) };
  }

  /** @param {number} minute @returns {Promise<string>} the address that its QR carries in this minute */
  async address(minute) {
    const made = await crypto.subtle.sign("HMAC", this.#signing, new TextEncoder().encode(String(minute)));
    const code = hex(new Uint8Array(made)).slice(0, CODE_DIGITS);
    return `${this.#url}?d=${this.#key.device}&m=${minute}&c=${code}`;
  }
}
