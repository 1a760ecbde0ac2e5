/**
 * The first script of every phone page. On a first visit it waits until the worker has brought the core of the program in one
 * answer, which is sooner than asking for its files one by one; from then on it starts the program at once.
 */

const PATIENCE_MS = 12000;
const CLAIM_MS = 1500;
/** What the server's own copy of the page says, and the worker's does not: the scripts of the page. It has asked for the core by then. */
const told = /** @type {HTMLElement} */ (document.querySelector("script[data-modules]"))?.dataset;

async function begin() {
  const comes = told && await workerComes().catch(() => false);
  if (told) askForAll(told.modules);
  if (told && !comes) askForAll(told.later);
  await import("./main.js");
}

/** Whether a worker serves this page now; where there is none yet, it is registered and waited for. */
async function workerComes() {
  const workers = navigator.serviceWorker;
  if (!workers) return false;
  const serves = new Promise((resolve) => { workers.addEventListener("controllerchange", () => resolve(true), { once: true }); });
  if (workers.controller) return true;
  const registration = await workers.register("/field/sw.js", { scope: "/field/", updateViaCache: "none" });
  return Promise.race([serves, passesBy(registration), after(PATIENCE_MS)]);
}

/** Settles when the worker could not be installed, or stands and does not take this page even when asked. */
async function passesBy(registration) {
  const worker = registration?.active ?? registration?.waiting ?? registration?.installing;
  if (!worker) return false;
  while (!["activated", "redundant"].includes(worker.state)) {
    await new Promise((resolve) => { worker.addEventListener("statechange", resolve, { once: true }); });
  }
  if (worker.state === "redundant") return false;
  worker.postMessage("CLAIM"); // a page that began while the worker was getting ready
  return after(CLAIM_MS);
}

function after(ms) {
  return new Promise((resolve) => { setTimeout(() => resolve(Boolean(navigator.serviceWorker.controller)), ms); });
}

/** All files that the page needs at once, and not one behind the other: each level of imports would wait for the one before. */
function askForAll(paths) {
  document.head.append(...paths.split(" ").map((path) => Object.assign(document.createElement("link"), { rel: "modulepreload", href: `/static/${path}` })));
}

begin();
