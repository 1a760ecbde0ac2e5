/** Pictures: the phone's own camera first, a camera in the page as the second way. */

import { openMedia } from "./media.js";
import { read, write } from "../storage/store.js";
import { rfc3339 } from "../../lib/words.js";

const EXPECTED = "expectedPhoto";

/**
 * Opens the phone's camera. What is expected is written down before: the phone may end this page while the camera is open.
 * @param {{recordId: string, item?: string|null}} expects
 * @returns {Promise<File[]>} empty when nothing was taken
 */
export function takePhotos(expects) {
  return choose({ accept: "image/*", capture: "environment" }, expects);
}

/** Opens the album; several at once. @param {{recordId: string, item?: string|null}} expects @returns {Promise<File[]>} */
export function pickPhotos(expects) {
  return choose({ accept: "image/*", multiple: "" }, expects);
}

function choose(attributes, expects) {
  const input = document.createElement("input");
  input.type = "file";
  for (const [name, value] of Object.entries(attributes)) input.setAttribute(name, value);
  // Started, not awaited: iOS opens the camera only within the tap itself.
  write(["meta"], ({ meta }) => meta.put({ ...expects, at: Date.now(), page: location.pathname + location.search }, EXPECTED)).catch(() => undefined);
  return new Promise((resolve) => {
    const end = (files) => { forgetExpected(); input.remove(); resolve(files); };
    input.addEventListener("change", () => end([...(input.files || [])]));
    input.addEventListener("cancel", () => end([]));
    input.hidden = true;
    document.body.append(input); // some browsers drop an input that is not in the page while the camera is open
    input.click();
  });
}

/**
 * What the page was waiting for when the phone ended it; asked once at start.
 * @returns {Promise<{recordId: string, item: string|null, at: number, page: string}|null>} null when nothing, or older than an hour
 */
export async function expectedPhoto() {
  const expected = await read("meta", EXPECTED);
  if (expected) forgetExpected();
  return expected && Date.now() - expected.at < 3600000 ? expected : null;
}

function forgetExpected() {
  write(["meta"], ({ meta }) => meta.delete(EXPECTED)).catch(() => undefined);
}

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
