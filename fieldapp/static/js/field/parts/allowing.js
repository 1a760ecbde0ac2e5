/** What was not allowed to this site: why it is needed, and where on this phone it is allowed. */

import { explain, say } from "./ask.js";
import { isApple, isInstalled, isSafari, isWeChat } from "./platform.js";

/**
 * Where a permission is given on this phone.
 * @param {"相机"|"麦克风"|"位置"} what
 * @returns {string}
 */
export function howToAllow(what) {
  return `${whereToAllow(what)}再回到本页重试。`;
}

function whereToAllow(what) {
  if (isWeChat()) return `微信里：请在手机的“设置${isApple() ? "" : " → 应用"} → 微信”里允许“${what}”；仍不行，点右上角“···”，在浏览器打开。`;
  if (isApple()) return `请打开手机的“设置”，找到“${isSafari() || isInstalled() ? "Safari 浏览器" : "您用的浏览器"}”，把“${what}”改为“允许”，`;
  if (isInstalled()) return `请长按桌面上的图标，在“应用信息 → 权限”里允许“${what}”，`;
  return `请点地址栏左边的图标，在“权限”里允许“${what}”；没有这一项的，在手机的“设置 → 应用 → 浏览器 → 权限”里允许。`;
}

/** Says why there is no camera or microphone, and what to do about it. @param {Error} error @param {"相机"|"麦克风"} what */
export function sayNoMedia(error, what) {
  if (error.name === "NotAllowedError") return explain(error.message, `${howToAllow(what)}已填写的内容都在。`);
  return say(error.message, { danger: true });
}
