/** A camera in the page for several photos in a row, and for phones that end the page when their own camera opens. */

import { clone, need } from "../../lib/dom.js";
import { inPageCamera } from "../evidence/in-page-camera.js";
import { watchPlace } from "../evidence/place.js";
import { howToAllow } from "./allowing.js";
import { closed, say } from "./ask.js";
import { keepPhotos } from "./photo-taking.js";

/**
 * Takes photos until it is closed; each is safe on this phone before the next can be taken.
 * @param {import("./open-record.js").OpenRecord} open
 * @param {string|null} code
 * @returns {Promise<number>} how many
 */
export async function burst(open, code) {
  const sheet = clone("burst-camera");
  /** @type {Parts<{shutter: HTMLButtonElement, video: HTMLVideoElement}>} */
  const part = (name) => need(sheet, `[data-part="${name}"]`);
  const shutter = part("shutter");
  let taken = 0;
  /** @type {import("../evidence/place.js").Place|null} */
  let place = null;
  /** @type {Awaited<ReturnType<typeof inPageCamera>>|null} */
  let camera = null;
  watchPlace((better) => { place = better; });
  shutter.addEventListener("click", async () => {
    shutter.disabled = true;
    try {
      const photo = await camera?.shoot();
      if (photo) taken += await keepPhotos(open, code, "camera", [{ ...photo, place }]);
      part("count").textContent = `已拍 ${taken} 张`;
    } catch (error) {
      say(error.message, { danger: true });
    }
    shutter.disabled = false;
  });
  const answer = closed(sheet);
  try {
    camera = await inPageCamera(part("video"));
    shutter.disabled = false;
    part("count").textContent = "点下面的按钮拍照";
  } catch (error) {
    part("count").textContent = `${error.message}可以用“拍照”打开手机相机。${error.name === "NotAllowedError" ? howToAllow("相机") : ""}`;
  }
  await answer;
  camera?.stop();
  return taken;
}
