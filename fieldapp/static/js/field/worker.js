/** Registers the service worker and says when a new version waits. Never takes it over by itself. */

import { listRecords } from "./drafts.js";

const PATIENCE_MS = 10000;
const listeners = new Set();
let waiting = null;
let asked = false;

/** Registers `/field/sw.js` where the browser can; without it the app works online, and says so in 我的. */
export async function keepWorker() {
  if (!("serviceWorker" in navigator)) return;
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (asked) location.reload();
  });
  try {
    const registration = await navigator.serviceWorker.register("/field/sw.js", { scope: "/field/", updateViaCache: "none" });
    noticeWaiting(registration);
    registration.addEventListener("updatefound", () => noticeInstalling(registration));
    document.addEventListener("visibilitychange", () => {
      // Best effort: offline there is nothing to look for.
      if (document.visibilityState === "visible") registration.update().catch(() => undefined);
    });
    // A page that began while the worker was getting ready was not there yet when it took the pages over.
    const { active } = await navigator.serviceWorker.ready;
    if (!navigator.serviceWorker.controller) active.postMessage("CLAIM");
  } catch (error) {
    console.warn("service worker not registered", error);
  }
}

function noticeInstalling(registration) {
  const worker = registration.installing;
  if (worker) worker.addEventListener("statechange", () => noticeWaiting(registration));
}

function noticeWaiting(registration) {
  if (!registration.waiting || !navigator.serviceWorker.controller) return;
  waiting = registration.waiting;
  for (const listener of listeners) listener();
}

/** Calls `listener` when a new version waits; at once when it already does. @param {() => void} listener */
export function onNewVersion(listener) {
  listeners.add(listener);
  if (waiting) listener();
}

/** Whether this page has a record open that may be lost from view by a reload. */
export async function draftIsOpen() {
  const id = new URLSearchParams(location.search).get("id");
  if (/\/new-visit$/.test(location.pathname)) return true;
  return (await listRecords()).some((record) => record.id === id && record.state === "draft");
}

/** Lets the waiting version take over; the page reloads once. Refuses while a draft is open. @returns {Promise<boolean>} */
export async function useNewVersion() {
  if (!waiting || await draftIsOpen()) return false;
  asked = true;
  // It may have taken over by itself meanwhile, or wait long for what the old one still does: the page is loaded anew anyway.
  if (waiting.state !== "installed") location.reload();
  else setTimeout(() => location.reload(), PATIENCE_MS);
  waiting.postMessage("SKIP_WAITING");
  return true;
}

/** The version that this page came with, as the worker names it; "" without a worker. @returns {Promise<string>} */
export async function appVersion() {
  if (!("caches" in self)) return "";
  const names = (await caches.keys()).filter((name) => name.startsWith("field-"));
  return names.length ? names[names.length - 1].slice("field-".length) : "";
}
