/** Registers the service worker and says when a new version waits. Never takes it over by itself. */

import { call } from "../server/api.js";
import { read } from "./store.js";

const listeners = new Set();
/** @type {ServiceWorker|null} */
let waiting = null;
const PATIENCE_MS = 5000;

/** Registers `/field/sw.js` where the browser can; without it the app works online, and says so in 我的. */
export async function keepWorker() {
  if (!("serviceWorker" in navigator)) return;
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
    if (!navigator.serviceWorker.controller) active?.postMessage("CLAIM");
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
  const [user, record] = await Promise.all([read("meta", "user"), id ? read("records", id) : null]);
  return Boolean(user && record) && record.userId === user.id && record.state === "draft";
}

/**
 * Lets the waiting version take over; the page reloads once it has. Refuses while a draft is open.
 * @returns {Promise<boolean>} whether it was asked to
 */
export async function useNewVersion() {
  if (!waiting || await draftIsOpen()) return false;
  const asked = waiting;
  // Not before it has taken over: a page that loads while the old worker is being stopped may wait for its answer for ever.
  const reload = () => ["activated", "redundant"].includes(asked.state) && location.reload();
  asked.addEventListener("statechange", reload);
  asked.postMessage("SKIP_WAITING");
  reload();
  setTimeout(() => asked.state === "installed" && startAnew(), PATIENCE_MS);
  return true;
}

/**
 * Lets go of the worker altogether, so that the page comes from the server, with the new one. Chromium forgets a takeover
 * for good when anything wakes the old worker while it is being stopped; asking again does not help then.
 * Only while the server answers: what is kept for offline use stays until then.
 */
async function startAnew() {
  const { status } = await call("GET", "/api/v1/me", { timeoutMs: PATIENCE_MS });
  if (!status || status >= 500) {
    setTimeout(() => waiting?.state === "installed" && startAnew(), PATIENCE_MS);
    return;
  }
  const registration = await navigator.serviceWorker.getRegistration("/field/");
  await registration?.unregister();
  location.reload();
}

/** The version that this page came with, as the worker names it; "" without a worker. @returns {Promise<string>} */
export async function appVersion() {
  if (!("caches" in self)) return "";
  const names = (await caches.keys()).filter((name) => name.startsWith("field-"));
  return names.length ? names[names.length - 1].slice("field-".length) : "";
}
