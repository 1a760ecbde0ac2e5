/** What was not allowed to this site: why it is needed, and where on this phone it is allowed. */

import { explain, say } from "./ask.js";
import { isApple } from "./platform.js";

/**
 * Where a permission is given on this phone.
 * @param {"相机"|"麦克风"|"位置"} what
 * @returns {string}
 */
export function howToAllow(what) {
  if (isApple()) return `请打开手机的“设置”，找到“Safari 浏览器”，把“${what}”改为“允许”，再回到本页重试。`;
  return `请点地址栏左边的图标，在“权限”里允许“${what}”；从桌面图标打开的，在手机的“设置 → 应用 → 权限”里允许。再回到本页重试。`;
}

/** Says why there is no camera or microphone, and what to do about it. @param {Error} error @param {"相机"|"麦克风"} what */
export function sayNoMedia(error, what) {
  if (error.name === "NotAllowedError") return explain(error.message, `${howToAllow(what)}已填写的内容都在。`);
  return say(error.message, { danger: true });
}
