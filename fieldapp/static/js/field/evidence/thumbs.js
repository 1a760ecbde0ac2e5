/** Small pictures to look at; the original is never touched. */

const THUMB_PX = 320;

/**
 * A JPEG whose longer side is at most `px`, upright.
 * @param {ArrayBuffer} bytes
 * @param {string} type
 * @param {{px: number, quality: number}} [how]
 * @returns {Promise<ArrayBuffer|null>} null when this browser cannot read the picture
 */
export async function shrink(bytes, type, { px, quality } = { px: THUMB_PX, quality: 0.72 }) {
  if (typeof createImageBitmap !== "function") return null;
  try {
    const whole = await createImageBitmap(new Blob([bytes], { type }), { imageOrientation: "from-image" });
    const scale = Math.min(1, px / Math.max(whole.width, whole.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(whole.width * scale));
    canvas.height = Math.max(1, Math.round(whole.height * scale));
    /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).drawImage(whole, 0, 0, canvas.width, canvas.height);
    whole.close();
    const blob = await new Promise((resolve) => { canvas.toBlob(resolve, "image/jpeg", quality); });
    canvas.width = 1; // iOS frees a canvas only when it is small
    canvas.height = 1;
    return blob ? await blob.arrayBuffer() : null;
  } catch {
    return null;
  }
}

/**
 * Never a torn picture: what this browser cannot show (HEIC outside Safari) is shown as the server's copy when there is one, else said
 * in words.
 * @param {HTMLImageElement} picture @param {Evidence} file @param {(words: string) => void} say
 */
export function inWordsWhenUnseen(picture, file, say) {
  const copies = file.state === "receipted" ? [`/api/v1/evidence/${file.id}/thumbnail`] : [];
  picture.addEventListener("error", () => {
    const copy = copies.pop();
    if (copy) picture.src = copy;
    else if (!picture.hidden) say(`${file.type === "image/heic" ? "HEIC 照片" : "照片"}，本机浏览器不能预览，已保存`);
    picture.hidden = !copy;
  });
}
