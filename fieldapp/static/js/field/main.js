/** The entry of every phone page: starts what the page names by `data-module`, the sync, and the worker. */

import { start } from "../lib/dom.js";
import { startCourier } from "./courier.js";
import { keepHandedOver } from "./handover-lock.js";
import { keepWorker } from "./worker.js";

const PARTS = new Set(["sync-line", "saving-banner", "worker-news"]);

/**
 * A page's module or a part's. Parts start with the page when they carry `data-module`, from pages/ when not found among the parts.
 * @param {string} name
 */
async function load(name) {
  if (PARTS.has(name)) return import(`./parts/${name}.js`);
  return document.querySelector(`main[data-module="${name}"]`) ? import(`./pages/${name}.js`) : import(`./parts/${name}.js`);
}

async function open() {
  const place = await keepHandedOver();
  if (place === "leaving") return;
  start(document, load);
  // while the phone is in the party's hands, nobody is asked for the supervisor's password
  if (place === "free") import("./parts/sign-in.js").then((signIn) => signIn.watch()).catch((error) => console.error(error));
  startCourier();
  keepWorker();
}

addEventListener("pageshow", (event) => event.persisted && keepHandedOver());
open();
