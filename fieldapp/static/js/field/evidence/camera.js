/** Pictures of the phone's own camera and album; the second way is a camera in the page (in-page-camera.js). */

import { read, write } from "../storage/store.js";

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
