/** 已保存在本机 after the write is confirmed; red 未保存 when it is not. */

import { onSaving } from "../storage/saving.js";

const SHOWN_MS = 1600;
const SLOW_MS = 300;

/** @param {HTMLElement} element */
export function start(element) {
  let timer = 0;
  onSaving(({ status, message }) => {
    clearTimeout(timer);
    if (status === "saving") {
      // A quick save says only that it is saved: no flicker.
      if (element.dataset.status !== "failed") timer = setTimeout(() => show(element, status, message), SLOW_MS);
      return;
    }
    show(element, status, message);
    if (status === "saved") timer = setTimeout(() => { element.hidden = true; }, SHOWN_MS);
  });
}

function show(element, status, message) {
  element.dataset.status = status;
  element.setAttribute("role", status === "failed" ? "alert" : "status");
  if (element.textContent !== message) element.textContent = message;
  element.hidden = false;
}
