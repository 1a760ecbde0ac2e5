/** One record, one document: its landing, sections, check, receipt, the choice between two versions; an interview likewise. */

import { startViews } from "../parts/views.js";
import { brought } from "../storage/packs.js";

/** @type {Record<string, import("../parts/views.js").View>} */
const VIEWS = {
  "/field/record": { name: "record", kind: "observation", returns: true, load: () => import("./record.js") },
  "/field/section": { name: "section", kind: "observation", returns: true, load: () => import("./section.js") },
  "/field/check": { name: "check", kind: "observation", load: () => import("./check.js") },
  "/field/interview": { name: "interview", kind: "interview", load: () => brought(import("./interview.js"), "pages/interview.js") },
  "/field/receipt": { name: "receipt", load: () => brought(import("./receipt.js"), "pages/receipt.js") },
  "/field/conflict": { name: "conflict", load: () => brought(import("./conflict.js"), "pages/conflict.js") },
};

VIEWS[location.pathname]?.load().catch(() => undefined); // fetched while the lock is looked up; `show` says what fails

/** @param {HTMLElement} main */
export function start(main) {
  return startViews(main, VIEWS);
}
