/** Photos into a record: from the camera, several in a row, or from the album; each is safe before the next is read. */

import { fileEvidence } from "../answering.js";
import { pickPhotos, takePhotos } from "../camera.js";
import { addEvidence } from "../drafts.js";
import { watchPlace } from "../place.js";
import { rfc3339 } from "../../lib/words.js";
import { say } from "./ask.js";

/**
 * Asks for photos and files them at an item, or at none.
 * @param {import("./open-record.js").OpenRecord} open
 * @param {string|null} code
 * @param {"camera"|"album"} source
 * @returns {Promise<number>} how many are safe on this phone
 */
export async function takePhotosFor(open, code, source) {
  const ask = source === "camera" ? takePhotos : pickPhotos;
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
 * @param {{file: Blob, takenAt: string, place?: object|null}[]} taken
 * @returns {Promise<number>} how many are safe on this phone
 */
export async function keepPhotos(open, code, source, taken) {
  let kept = 0;
  for (const { file, takenAt, place } of taken) {
    try {
      const evidence = await addEvidence(open.id, { file, item: code, source, takenAt, place });
      await open.change((body) => fileEvidence(body, evidence.id, code));
      kept += 1;
    } catch (error) {
      say(error.message, { danger: true });
    }
    await open.refreshEvidence();
  }
  return kept;
}
