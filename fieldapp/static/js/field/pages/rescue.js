/** 救援包: what cannot be sent goes into one file that an administrator can take in. */
import { bytes } from "../../lib/words.js";
import { onChange } from "../storage/news.js";
import { summary } from "../records/outbox.js";
import { onAction, placesOf } from "../parts/places.js";
import { exportRescue } from "../sync/rescue.js";

/** @param {HTMLElement} main */
export async function start(main) {
  const places = placesOf(main);
  const draw = () => show(places);
  onChange(draw);
  onAction(main, "export", () => exportFile(places));
  await draw();
}

async function show(places) {
  const { unsent, draftsUnsent: drafts, filesUnsent: files } = await summary();
  const none = unsent + drafts + files === 0;
  places.counts.textContent = none ? "目前没有只在本机的内容，不需要导出。"
    : `目前只在本机：待上传 ${unsent} 份，草稿 ${drafts} 份，附件 ${files} 个。`;
}

async function exportFile(places) {
  places.result.hidden = false;
  places.result.textContent = "正在打包…照片多时要等一会儿，请不要离开。";
  try {
    const { blob, filename, records, files } = await exportRescue();
    save(blob, filename);
    places.result.textContent = `已导出 ${filename}（${bytes(blob.size)}）：记录 ${records} 份，附件 ${files} 个。请把它交给管理员导入；本机内容仍在，没有删除。`;
  } catch (error) {
    places.result.textContent = `没有导出成功：${error.message} 本机内容都在。`;
  }
}

function save(blob, filename) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = filename;
  link.click();
  // the browser reads the file after the tap; give it time before the address goes away
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}
