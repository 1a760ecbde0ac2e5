/**
 * One photo, full screen, to be looked at closely and drawn over. Time, place and number are written over the view only; the original
 * is not touched. Here it is filed to another item, or deleted before submission.
 */

import { clone, make, need } from "../../lib/dom.js";
import { dayAndTime, SOURCES, unended } from "../../lib/words.js";
import { zoomView } from "../../lib/zooming.js";
import { itemOf } from "../records/naming.js";
import { itemsFor, optionalFor } from "../records/completeness.js";
import { evidenceBytes, thumbUrl } from "../evidence/evidence.js";
import { inWordsWhenUnseen } from "../evidence/thumbs.js";
import { closed, confirmed } from "./ask.js";
import { layersOf, offerMarks } from "./photo-marks.js";
import { moveFile, removeFile } from "./open-files.js";
import { placeWords } from "./place-line.js";

/**
 * @param {import("./open-record.js").OpenRecord} open
 * @param {string} id of the Evidence
 * @returns {Promise<void>} when it is closed
 */
export async function viewPhoto(open, id) {
  const file = open.evidence.find((one) => one.id === id);
  if (!file) return;
  /** @type {HTMLDialogElement} */
  const dialog = clone("photo-viewer");
  const part = (name) => need(dialog, `[data-part="${name}"]`);
  const view = zoomView(/** @type {HTMLImageElement} */ (part("picture")));
  const url = await showPicture(part("picture"), file, (words) => part("watermark").prepend(`${words}\n`));
  part("watermark").textContent = watermarkLines(open, file).join("\n");
  part("refusal").hidden = file.state !== "refused";
  part("refusal").textContent = refusalWords(file);
  offerItems(part("item"), open, file);
  part("tools").hidden = !open.isEditable;
  offerMarks(view, part, open, file);
  part("item").addEventListener("change", async (event) => {
    await moveFile(open, file.id, /** @type {HTMLSelectElement} */ (event.target).value || null);
    dialog.close();
  });
  part("delete").addEventListener("click", async () => {
    if (!(await confirmed({ title: "删除这张照片？", words: "从本机删除后不能恢复。", yes: "删除", danger: true }))) return;
    for (const layer of layersOf(open, file)) await removeFile(open, layer.id);
    await removeFile(open, file.id);
    dialog.close();
  });
  await closed(dialog);
  URL.revokeObjectURL(url);
}

/** The original when the browser can show it, else the small picture; the server's copy for what came back. */
async function showPicture(picture, file, say) {
  let url = file.originalUrl ?? "";
  if (!file.remote) {
    const bytes = await evidenceBytes(file.id).catch(() => null);
    url = bytes ? URL.createObjectURL(new Blob([bytes], { type: file.type })) : "";
  }
  picture.addEventListener("error", async () => {
    inWordsWhenUnseen(picture, file, say);
    picture.src = await thumbUrl(file.id);
  }, { once: true });
  picture.src = url || await thumbUrl(file.id);
  return url;
}

/** @returns {string[]} what is written over the view: time, place, number, where the picture comes from */
function watermarkLines(open, file) {
  const place = file.place ? placeWords(file.place) : "无定位";
  const number = open.record.number ?? `未编号 ${open.id.slice(-6).toUpperCase()}`;
  return [file.takenAt && dayAndTime(file.takenAt), place, number, SOURCES[file.source] ?? ""].filter(Boolean);
}

/** What a person reads when the server did not take a file. */
function refusalWords(file) {
  return `这张照片未被接收：${unended(file.refusal?.title) || "服务器没有说明原因"}。原件还在本机。`;
}

function offerItems(select, open, file) {
  select.append(make("option", { value: "" }, "（未归类）"));
  for (const item of [...itemsFor(open.checklist, open.visit), ...optionalFor(open.checklist, open.visit)]) {
    select.append(make("option", { value: item.code }, `${item.code} ${item.title}`));
  }
  select.value = itemOf(open.body, file.id) ?? "";
}
