/** Photos into a record: from the camera, several in a row, or from the album; each is safe before the next is read. */

import { pickPhotos, takePhotos } from "../evidence/camera.js";
import { watchPlace } from "../evidence/place.js";
import { rfc3339 } from "../../lib/words.js";
import { say } from "./ask.js";
import { keepFile } from "./open-files.js";

/**
 * Asks for photos and files them at an item, or at none.
 * @param {import("./open-record.js").OpenRecord} open
 * @param {string|null} code
 * @param {"camera"|"album"} source
 * @returns {Promise<number>} how many are safe on this phone
 */
export async function takePhotosFor(open, code, source) {
  const ask = source === "camera" ? takePhotos : pickPhotos;
  /** @type {import("../evidence/place.js").Place|null} */
  let place = null;
  if (source === "camera") watchPlace((better) => { place = better; });
  const files = await ask({ recordId: open.id, item: code });
  return keepPhotos(open, code, source, files.map((file) => ({ file, takenAt: takenAt(file, source), place })));
}

/** A camera's photo was taken now; a picture of the album when its file was last written, as far as the phone says. */
function takenAt(file, source) {
  return rfc3339(source === "album" && file.lastModified ? file.lastModified : Date.now());
}

/**
 * Keeps what the camera gave, one after the other.
 * @param {{file: Blob, takenAt: string, place?: import("../evidence/place.js").Place|null}[]} taken
 * @returns {Promise<number>} how many are safe on this phone
 */
export async function keepPhotos(open, code, source, taken) {
  let kept = 0;
  for (const { file, takenAt, place } of taken) {
    try {
      const type = await photoType(file);
      await keepFile(open, { file, type, item: code, source, takenAt, place });
      kept += 1;
    } catch (error) {
      if (!error.isSaid) say(error.message, { danger: true }); // a full phone is told by the banner
    }
  }
  return kept;
}

/** The media type of a photo that the server takes, else "". Pure. @param {Uint8Array} head 16 bytes of the file */
export function kindOf(head) {
  const text = String.fromCharCode(...head);
  if (/^\xff\xd8\xff/.test(text)) return "image/jpeg";
  if (/^\x89PNG\r\n\x1a\n/.test(text)) return "image/png";
  if (/^RIFF.{4}WEBP/s.test(text)) return "image/webp";
  return /^.{4}ftyp(hei[cxms]|hev[cx]|m[is]f1)/s.test(text) ? "image/heic" : "";
}

/**
 * Looks at a picture before it is kept.
 * @param {Blob & {name?: string}} file a picture of a camera in the page has no name
 * @returns {Promise<string>} its media type; empty when the phone does not give its bytes
 * @throws {Error} in words, when it is empty or no photo
 */
async function photoType(file) {
  const head = await file.slice(0, 16).arrayBuffer().catch(() => null);
  if (!head) return ""; // the system has taken it back: said where its bytes are read
  const kind = kindOf(new Uint8Array(head));
  if (!kind) throw new Error(`“${file.name ?? "文件"}”${file.size ? "不是照片，只收 JPEG、PNG、WebP、HEIC" : "是空的（0 字节）"}，没有保存。`);
  return kind;
}
