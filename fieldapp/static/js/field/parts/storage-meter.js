/** How much of this phone's storage we use, and whether the browser has promised to keep it. */
import { need } from "../../lib/dom.js";
import { bytes } from "../../lib/words.js";
import { storageState } from "../storage/quota-reserve.js";

/** @param {HTMLElement} element */
export async function start(element) {
  const words = need(element, '[data-slot="words"]');
  /** @type {HTMLProgressElement} */
  const meter = need(element, "meter, progress");
  const promise = need(element, '[data-slot="promise"]');
  const ask = need(element, "button");

  const show = async (wish) => {
    const { usage, quota, persisted } = await storageState(wish);
    words.textContent = usage === null ? "这个浏览器不告诉我们用了多少空间。"
      : `已用 ${bytes(usage)}${quota ? "，可用约 " + bytes(quota - usage) : ""}`;
    meter.hidden = !quota;
    if (quota) meter.value = (usage ?? 0) / quota;
    promise.textContent = persisted ? "浏览器已承诺不自动清理本应用的内容。"
      : "浏览器没有承诺保留：空间不足时可能清理本机内容。请尽早上传，并把本应用添加到主屏幕。";
    promise.className = persisted ? "faint" : "notice notice--warning";
    ask.hidden = persisted !== false;
  };
  ask.addEventListener("click", () => show({ ask: true }));
  await show({});
}
