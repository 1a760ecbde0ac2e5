/** Photos of one item, or of none, as thumbnails; each says where it stands. Only what is new is drawn. */

import { make, need } from "../../lib/dom.js";
import { itemOf } from "../records/naming.js";
import { thumbUrl } from "../evidence/evidence.js";
import { inWordsWhenUnseen } from "../evidence/thumbs.js";
import { brought } from "../storage/packs.js";
import { say } from "./ask.js";

const MARKS = { kept: "在本机", sending: "上传中", refused: "未被接收", receipted: "已送达" };

/**
 * Where a file stands, in words.
 * @param {Evidence} file
 * @returns {string}
 */
export function markOf(file) {
  if (file.state === "sending" && file.bytes) return `上传 ${Math.floor((100 * (file.sentBytes || 0)) / file.bytes)}%`;
  return file.state === "kept" && file.isCopied ? "副本已传" : MARKS[file.state] ?? file.state;
}

/** By its source, not its type: some phones give a HEIC photo no type at all. @param {Evidence} file @returns {boolean} */
export function isPicture(file) {
  return file.source === "camera" || file.source === "album";
}

/**
 * Keeps `holder` showing the pictures that `list` gives.
 * @param {HTMLElement} holder
 * @param {import("./open-record.js").OpenRecord} open
 * @param {() => Evidence[]} list
 * @returns {{update: () => void}}
 */
export function photoStrip(holder, open, list) {
  const shown = new Map();

  function update() {
    const files = list().filter(isPicture);
    const ids = new Set(files.map((file) => file.id));
    for (const [id, thumb] of shown) {
      if (ids.has(id)) continue;
      URL.revokeObjectURL(thumb.firstElementChild.src);
      thumb.remove();
      shown.delete(id);
    }
    for (const file of files) {
      if (!shown.has(file.id)) shown.set(file.id, holder.appendChild(thumbOf(file)));
      mark(shown.get(file.id), file, itemOf(open.body, file.id));
    }
    holder.hidden = files.length === 0;
  }

  function thumbOf(file) {
    const picture = make("img", { alt: "", width: "80", height: "80", loading: "lazy", decoding: "async" });
    const thumb = make("button", { type: "button", class: "thumb", "data-evidence": file.id }, picture,
      make("span", { class: "thumb__mark" }));
    thumb.addEventListener("click", () => brought(import("./photo-viewer.js"), "parts/photo-viewer.js")
      .then(({ viewPhoto }) => viewPhoto(open, file.id)).catch((error) => say(error.message, { danger: true })));
    inWordsWhenUnseen(picture, file, (words) => thumb.append(make("small", {}, words.split("，")[1])));
    thumbUrl(file.id).then((url) => { picture.src = url; });
    return thumb;
  }

  return { update };
}

function mark(thumb, file, item) {
  const words = markOf(file);
  const label = need(thumb, ".thumb__mark");
  if (label.textContent === words) return;
  label.textContent = words;
  thumb.classList.toggle("thumb--refused", file.state === "refused");
  thumb.setAttribute("aria-label", `${item ?? "未归类"} 照片 ${file.takenAt.slice(11, 16)}，${words}，点开查看`);
}
