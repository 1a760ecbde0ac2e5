/** 执法人员: the list follows the core (officers.js); until it is here, its place says so. */

import { brought } from "../storage/packs.js";

/** @param {HTMLElement} holder @param {HTMLButtonElement} add @param {import("./open-record.js").OpenRecord} open */
export function officersLater(holder, add, open) {
  /** @type {{update: () => void}|null} */
  let part = null;
  brought(import("./officers.js"), "parts/officers.js").then((module) => {
    part = module.officers(holder, add, open);
    part.update();
  }, (error) => {
    holder.textContent = error.words ?? "";
    add.hidden = true;
  });
  return { update: () => part?.update() };
}
