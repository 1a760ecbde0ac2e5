/** A camera in the page, where the phone's own would end the page, or for several photos in a row. */

import { openMedia } from "./media.js";
import { rfc3339 } from "../../lib/words.js";

/**
 * A camera inside the page, for phones that end the page when their camera opens.
 * @param {HTMLVideoElement} video shows what it sees
 * @returns {Promise<{shoot: () => Promise<{file: Blob, takenAt: string}>, stop: () => void}>} rejects with words when there is none
 */
export async function inPageCamera(video) {
  const stream = await openMedia({ video: { facingMode: "environment", width: { ideal: 2560 }, height: { ideal: 1920 } } }, "相机");
  const [track] = stream.getVideoTracks();
  video.srcObject = stream;
  video.muted = true;
  video.playsInline = true;
  await video.play();
  return {
    async shoot() {
      const takenAt = rfc3339();
      return { file: (await fullPhoto(track)) || await frame(video), takenAt };
    },
    stop() { for (const one of stream.getTracks()) one.stop(); video.srcObject = null; },
  };
}

async function fullPhoto(track) {
  if (typeof ImageCapture !== "function") return null;
  try {
    return await new ImageCapture(track).takePhoto();
  } catch {
    return null; // several phones offer it and fail: the frame on the screen is taken instead
  }
}

function frame(video) {
  const canvas = document.createElement("canvas");
  canvas.width = video.videoWidth;
  canvas.height = video.videoHeight;
  /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).drawImage(video, 0, 0);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("没有拍到，请再拍一次。"))), "image/jpeg", 0.92);
  });
}
