/** Drawing over a photo: lines, arrows and covers are kept as a layer beside the original, and sent like a file (docs/sync.md). */

import { addEvidence, finish } from "../evidence/evidence.js";
import { drawMarks, markingBoard, markingButtons } from "../../lib/marking.js";
import { zoomButtons } from "../../lib/zooming.js";
import { make } from "../../lib/dom.js";
import { say } from "./ask.js";
import { removeFile } from "./open-files.js";

/** The layers of a photo, oldest first: the last one stands. @param {import("./open-record.js").OpenRecord} open @param {Evidence} photo @returns {Evidence[]} */
export function layersOf(open, photo) {
  return open.evidence.filter((one) => one.source === "layer" && one.of === photo.id).sort((a, b) => a.addedAt - b.addedAt);
}

/**
 * Shows what is drawn, and the buttons: closer, and while the record may be changed what draws.
 * @param {ReturnType<typeof import("../../lib/zooming.js").zoomView>} view
 * @param {(name: string) => HTMLElement} part of the viewer
 * @param {import("./open-record.js").OpenRecord} open @param {Evidence} photo
 */
export function offerMarks(view, part, open, photo) {
  const layers = layersOf(open, photo);
  const marks = structuredClone(layers[layers.length - 1]?.marks ?? []);
  const closer = make("div", { class: "row" }, ...zoomButtons(view));
  part("tools").before(closer);
  view.onFit(() => drawMarks(view.canvas, marks));
  if (!open.isEditable || photo.remote) return;
  const begin = make("button", { type: "button", class: "button button--small" }, marks.length ? "改标注" : "标注、遮挡");
  closer.append(begin);
  begin.addEventListener("click", () => {
    begin.remove();
    part("tools").hidden = true;
    part("watermark").hidden = true; // it may lie over what is to be covered
    drawing(view, closer, marks, () => keep(open, photo, marks));
  });
}

function drawing(view, closer, marks, keepMarks) {
  const done = make("button", { type: "button", class: "button button--small button--primary" }, "保存标注");
  const words = make("span", { class: "soft", role: "status" }, "选一样，在图上拖动；原图不动。");
  const board = markingBoard(view.canvas, marks, () => { words.textContent = `标注 ${marks.length} 处，还没有保存`; });
  view.onFit(board.redraw);
  closer.append(...markingButtons(board), done, words);
  done.addEventListener("click", async () => {
    try {
      await keepMarks();
      words.textContent = `标注 ${marks.length} 处，已保存在本机`;
    } catch (error) {
      say(error.message, { danger: true });
    }
  });
}

/** What was not sent yet makes way for it; what was sent stays, and stands no more. */
async function keep(open, photo, marks) {
  const { sha256 } = photo.sha256 ? photo : await finish(photo.id);
  for (const layer of layersOf(open, photo)) {
    if (layer.state === "kept" && !layer.sentBytes && !layer.tries) await removeFile(open, layer.id);
  }
  const said = JSON.stringify({ photo: { id: photo.id, sha256 }, marks });
  await open.withFiles(() => addEvidence(open.id, {
    file: new Blob([said]), type: "application/json", filename: "layer.json", source: "layer", of: photo.id, marks: structuredClone(marks),
  }));
}
