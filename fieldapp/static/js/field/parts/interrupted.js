/** When the phone ended the page while its camera was open: says so, and what is safe. */

import { expectedPhoto } from "../evidence/camera.js";

/** Once in a document: what one of its views asks for later is no interruption. @type {ReturnType<typeof expectedPhoto>|null} */
let asked = null;

/**
 * Shows `place` when this record was waiting for a photo that never came.
 * @param {HTMLElement} place
 * @param {import("./open-record.js").OpenRecord} open
 */
export async function sayIfInterrupted(place, open) {
  asked ??= expectedPhoto();
  const expected = await asked;
  if (!expected || expected.recordId !== open.id || !open.isEditable) return;
  asked = Promise.resolve(null);
  const where = expected.item ? `为 ${expected.item} ` : "";
  place.textContent = `刚才${where}拍照时，手机关闭了本页。填写的内容都在；照片如果没有出现，请从相册选取，或再拍一次。`;
  place.hidden = false;
}
