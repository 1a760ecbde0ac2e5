/** Where this browser may lose what is kept: said before the first record, not after. */
import { clone } from "../../lib/dom.js";
import { isApple, isInstalled, isWeChat } from "./platform.js";

/** @param {HTMLElement} element */
export function start(element) {
  const hint = hintFor();
  element.hidden = !hint;
  if (hint) element.replaceChildren(clone(hint));
}

function hintFor() {
  if (isWeChat()) return "hint-wechat";
  if (isApple() && !isInstalled()) return "hint-apple";
  return isSecureContext ? null : "hint-insecure";
}
