/**
 * The first script of every phone page. On a first visit it waits until the worker has brought the core of the program in one
 * answer, which is sooner than asking for its files one by one; from then on it starts the program at once.
 */

const PATIENCE_MS = 12000;
const CLAIM_MS = 1500;
/** What the server's own copy of the page says, and the worker's does not: the version, and the scripts of the page. */
const told = /** @type {HTMLElement} */ (document.querySelector("script[data-modules]"))?.dataset;

async function begin() {
  const comes = told && await workerComes().catch(() => false);
  if (told && !comes) askForAll(told.modules.split(" "));
  await import("./main.js");
}

/** Whether a worker serves this page now; where there is none yet, it is registered and waited for. */
async function workerComes() {
  const workers = navigator.serviceWorker;
  if (!workers) return false;
  const serves = new Promise((resolve) => { workers.addEventListener("controllerchange", () => resolve(true), { once: true }); });
  if (workers.controller) return true;
  const kept = await workers.getRegistration("/field/");
  if (!kept?.active) link("preload", `/field/kept.txt?v=${told.version}`); // sooner than the worker can
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

/** Without a worker: all files that the page needs at once, and not one behind the other. */
function askForAll(paths) {
  for (const path of paths) link("modulepreload", `/static/${path}`);
}

function link(rel, href) {
  const element = Object.assign(document.createElement("link"), { rel, href });
  if (rel === "preload") Object.assign(element, { as: "fetch", crossOrigin: "anonymous" });
  document.head.append(element);
}

begin();
