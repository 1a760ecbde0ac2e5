/** 大字版 and 深色: choices of this phone, not of a person. The script in the page's head applies them before the first paint. */
import { need } from "../../lib/dom.js";
import { choices } from "./choices.js";

/** @type {[string, string][]} */
const THEMES = [["", "跟随系统"], ["light", "浅色"], ["dark", "深色"]];
/** @type {[string, string][]} */
const SIZES = [["", "标准"], ["large", "大字版"]];

/** @param {HTMLElement} element with `[data-choice="theme"]` and `[data-choice="text"]` */
export function start(element) {
  for (const [name, options] of /** @type {const} */ ([["theme", THEMES], ["text", SIZES]])) {
    choices(need(element, `[data-choice="${name}"]`), options, {
      value: kept(name),
      onChange: (value) => keep(name, value),
    });
  }
}

function kept(name) {
  try {
    return localStorage.getItem(`fieldapp.${name}`) ?? "";
  } catch {
    return "";
  }
}

function keep(name, value) {
  try {
    if (value) localStorage.setItem(`fieldapp.${name}`, value);
    else localStorage.removeItem(`fieldapp.${name}`);
  } catch {
    // storage is barred, as in some private windows: the choice cannot be kept
  }
  document.dispatchEvent(new Event("appearance"));
}
