/** The small copy of a large photo, which goes ahead of it: made when it is sent, and kept nowhere. */

import { sha256 } from "../server/digest.js";
import { mintId } from "../../lib/ids.js";
import { shrink } from "./thumbs.js";

const COPY = { px: 2000, quality: 0.8 };

/**
 * Each try has an id of its own: two browsers, or one twice, need not make the same bytes of a picture.
 * @param {Evidence} photo
 * @param {ArrayBuffer} bytes of the original
 * @returns {Promise<{file: Evidence, bytes: ArrayBuffer}|null>} null when this browser cannot read it, or nothing is won
 */
export async function copyOf(photo, bytes) {
  const small = await shrink(bytes, photo.type, COPY);
  if (!small || small.byteLength > photo.bytes / 2) return null;
  const file = {
    ...photo, id: mintId(), of: photo.id, source: /** @type {const} */ ("copy"), type: "image/jpeg", filename: `copy-${photo.filename}`,
    bytes: small.byteLength, sha256: await sha256(small), sentBytes: 0, tries: 0, receipt: null,
  };
  return { file, bytes: small };
}
