/** 有新版本: shown only while one waits; taken over only when asked, and never over an open draft. */

import { make } from "../../lib/dom.js";
import { draftIsOpen, onNewVersion, useNewVersion } from "../storage/worker.js";

/** @param {HTMLElement} element */
export function start(element) {
  onNewVersion(async () => {
    const open = await draftIsOpen();
    element.hidden = false;
    if (open) {
      element.replaceChildren("有新版本。记录填写完、离开本页后再更新，不影响现在的草稿。");
      return;
    }
    const button = make("button", { type: "button", class: "button button--quiet" }, "现在更新");
    button.addEventListener("click", async () => {
      button.setAttribute("disabled", "");
      button.replaceChildren("正在更新…");
      if (!(await useNewVersion())) element.replaceChildren("有新版本。请先离开正在填写的记录再更新。");
    });
    element.replaceChildren("有新版本，本机记录不受影响。 ", button);
  });
}
