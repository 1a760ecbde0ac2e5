/** One photo at the desk: looked at closely, drawn over, covered. What was drawn goes with the form. */
import { need } from "../lib/dom.js";
import { markingBoard, markingButtons } from "../lib/marking.js";
import { zoomButtons, zoomView } from "../lib/zooming.js";

/** @param {HTMLElement} section */
export function start(section) {
  const part = (name) => need(section, `[data-part="${name}"]`);
  const picture = /** @type {HTMLImageElement} */ (part("picture"));
  const marks = JSON.parse(section.dataset.marks ?? "[]");
  Object.assign(part("frame").style, { height: "min(70vh, 48rem)" });
  const view = zoomView(picture);
  const board = markingBoard(view.canvas, marks, () => {
    /** @type {HTMLInputElement} */ (need(section, '[name="marks"]')).value = JSON.stringify(marks);
    /** @type {HTMLButtonElement} */ (part("save")).disabled = false;
    part("said").textContent = `标注 ${marks.length} 处，还没有保存`;
  });
  view.onFit(board.redraw);
  const buttons = [...zoomButtons(view), ...markingButtons(board)];
  for (const one of buttons) one.classList.remove("button--small"); // here fingers draw, too
  part("tools").append(...buttons);
  picture.addEventListener("error", () => { part("said").textContent = "这张图片无法预览，原件已保存，可下载原件查看"; });
  board.redraw();
}
