/**
 * The first script of every phone page. On a first visit it waits until the worker has brought the whole program in one
 * answer, which is sooner than asking for its files one by one; from then on it starts the program at once.
 */

const PATIENCE_MS = 12000;
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
  if ((await workers.getRegistration("/field/"))?.active) return false; // a reload that goes past the worker on purpose
  link("preload", `/field/kept.txt?v=${told.version}`); // sooner than the worker can
  const registration = await workers.register("/field/sw.js", { scope: "/field/", updateViaCache: "none" });
  return Promise.race([serves, settled(registration), new Promise((resolve) => { setTimeout(resolve, PATIENCE_MS, false); })]);
}

/** Settles when the worker is where it will be: in charge without this page, or given up. */
function settled(registration) {
  const worker = registration?.installing ?? registration?.waiting ?? registration?.active;
  if (!worker) return Promise.resolve(false);
  return new Promise((resolve) => {
    worker.addEventListener("statechange", () => {
      if (["activated", "redundant"].includes(worker.state)) resolve(Boolean(navigator.serviceWorker.controller));
    });
  });
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
