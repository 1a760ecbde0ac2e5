/** Canonical JSON and SHA-256: the same bytes here and on the server. Sources: RFC 8785, FIPS 180-4. */

import { hex } from "../../lib/ids.js";

const PERSONS = ["party", "respondent"];

/**
 * `value` as RFC 8785 canonical JSON. ECMAScript already writes numbers and text as the RFC asks; what is left is the order of
 * keys (by UTF-16 units, as `sort` does). Throws TypeError for NaN, Infinity and lone surrogates.
 * @param {unknown} value plain JSON values; members that are undefined are left out, as in JSON.stringify
 * @returns {string}
 */
export function canonical(value) {
  if (typeof value === "number" && !Number.isFinite(value)) throw new TypeError("no canonical form for NaN or Infinity");
  if (typeof value === "string") return text(value);
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((inner) => canonical(inner === undefined ? null : inner)).join(",")}]`;
  const members = Object.keys(value).filter((key) => value[key] !== undefined).sort();
  return `{${members.map((key) => text(key) + ":" + canonical(value[key])).join(",")}}`;
}

function text(value) {
  if (LONE_SURROGATE.test(value)) throw new TypeError("lone surrogate");
  return JSON.stringify(value);
}

const LONE_SURROGATE = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?:[^\uD800-\uDBFF]|^)[\uDC00-\uDFFF]/;

/**
 * The same value, plain, without what cannot be sent: broken halves of characters become U+FFFD, NUL goes.
 * @template T
 * @param {T} value
 * @returns {T}
 */
export function plain(value) {
  return JSON.parse(JSON.stringify(value, (_key, inner) => (typeof inner === "string" ? whole(inner) : inner)));
}

function whole(given) {
  const value = given.includes("\0") ? given.split("\0").join("") : given;
  return LONE_SURROGATE.test(value)
    ? Array.from(value, (sign) => (/^[\uD800-\uDFFF]$/.test(sign) ? "\uFFFD" : sign)).join("") : value;
}

/**
 * SHA-256 as 64 hex digits.
 * @param {ArrayBuffer|Uint8Array<ArrayBuffer>|string} bytes text is taken as UTF-8
 * @returns {Promise<string>}
 */
export async function sha256(bytes) {
  return hex(await sha256Bytes(bytes));
}

/**
 * SHA-256 as 32 bytes.
 * @param {ArrayBuffer|Uint8Array<ArrayBuffer>|string} bytes
 * @returns {Promise<Uint8Array>}
 */
export async function sha256Bytes(bytes) {
  const input = typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes;
  return new Uint8Array(await crypto.subtle.digest("SHA-256", input));
}

/**
 * The digest that a receipt must show for `sent`: over its canonical JSON, with each person replaced by a commitment, so that
 * personal data can be erased later and the digest still stands.
 * @param {Record<string, unknown>} sent the body of the PUT, revision and base_revision included
 * @returns {Promise<string>} 64 hex digits
 */
export async function digestOf(sent) {
  const sealed = { ...sent };
  for (const person of PERSONS) {
    if (sealed[person]) sealed[person] = { commitment: await sha256(canonical(sealed[person])) };
  }
  return sha256(canonical(sealed));
}
