/** The entry of every phone page: starts what the page names by `data-module`, the sync, and the worker. */

import { start } from "../lib/dom.js";
import { keepHandedOver } from "./session/handover-lock.js";
import { brought, keepPacks } from "./storage/packs.js";

const PATIENCE_MS = 2000;
const PARTS = new Set(["sync-line", "saving-banner", "worker-news", "recording-bar"]);

/**
 * A page's module or a part's. Parts start with the page when they carry `data-module`, from pages/ when not found among the parts.
 * @param {string} name
 */
async function load(name) {
  if (PARTS.has(name)) return import(`./parts/${name}.js`);
  return document.querySelector(`main[data-module="${name}"]`) 
    ? brought(import(`./pages/${name}.js`), `pages/${name}.js`) : import(`./parts/${name}.js`);
}

async function open() {
  const page = document.querySelector("main[data-module]");
  if (page) load(page.dataset.module ?? "").catch(() => undefined); // fetched while the lock is looked up; `start` says what fails
  const place = await keepHandedOver();
  if (place === "leaving") return;
  // What is in the hand comes first: the sync and the worker follow when the page stands, or has failed.
  await Promise.race([start(document, load), new Promise((resolve) => { setTimeout(resolve, PATIENCE_MS); })]);
  import("./parts/leaving.js").then((leaving) => leaving.watchLeaving()).catch((error) => console.error(error));
  // while the phone is in the party's hands, nobody is asked for the supervisor's password
  if (place === "free") import("./parts/sign-in.js").then((signIn) => signIn.watch()).catch((error) => console.error(error));
  import("./sync/sync-engine.js").then((engine) => engine.startSync()).catch((error) => console.error(error));
  import("./storage/worker.js").then((worker) => worker.keepWorker()).catch((error) => console.error(error));
  keepPacks().catch((error) => console.warn(error));
}

addEventListener("pageshow", (event) => event.persisted && keepHandedOver());
open();
