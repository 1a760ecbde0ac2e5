/** Where this browser may lose what is kept: said before the first record, not after. */
import { clone } from "../../lib/dom.js";
import { isApple, isInstalled, isWeChat } from "./platform.js";

/** @param {HTMLElement} element */
export function start(element) {
  if (isWeChat()) element.replaceChildren(clone("hint-wechat"));
  else if (isApple() && !isInstalled()) element.replaceChildren(clone("hint-apple"));
  else if (!isSecureContext) element.replaceChildren(clone("hint-insecure"));
}
