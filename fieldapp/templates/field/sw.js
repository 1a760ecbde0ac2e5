// The service worker of /field/: keeps the pages and their files, so that the app starts without a network.
// It never keeps answers of the API, never touches IndexedDB, and never takes over by itself.
const VERSION = {{ version | tojson }};
const CACHE = `field-${VERSION}`;
const ALONE = {{ alone | tojson }};
const PACKS = {{ packs | tojson }}; // name → the module that is put last: where it is kept, all of the pack is
const GUARDS = ["Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy", "Cross-Origin-Opener-Policy", "Permissions-Policy"];
const MATCH = { ignoreSearch: true, ignoreVary: true };

self.addEventListener("install", (event) => {
  event.waitUntil(keepAll());
  if (event.addRoutes) event.waitUntil(event.addRoutes(straightToItsPlace()));
});

// Half a hundred files a page, and the calls of the API, without waking the worker for each: Chrome 123; elsewhere the
// worker answers as always. What the cache does not hold goes to the network. Source: Service Workers, static routing.
// A call that wakes the old worker while a new version takes over would hold that up (worker.js: startAnew).
function straightToItsPlace() {
  const to = (pathname, source, more = {}) => ({ condition: { urlPattern: new URLPattern({ pathname }), ...more }, source });
  return [
    ...["/static/*", "/field/look.css"].map((pathname) => to(pathname, { cacheName: CACHE }, { requestMethod: "GET" })),
    to("/api/*", "network"),
  ];
}

// Whole and of this version, or nothing at all, and then the next visit tries again. A first visit waits for the core
// alone, and the page asks for the packs when it stands; an update waits for everything, so that nothing is lost by it.
async function keepAll() {
  const cache = await caches.open(CACHE);
  const packs = self.registration.active ? Object.keys(PACKS) : [];
  await Promise.all([keepText(cache, "kept.txt"), ...packs.map((pack) => keepText(cache, `kept-${pack}.txt`)), ...Object.entries(ALONE).map(([address, integrity]) => keepAlone(cache, address, integrity))]);
}

// Nearly everything in one answer, which the page may have asked for already. Its last file is put last.
async function keepText(cache, name) {
  const answer = await fetch(`/field/${name}?v=${VERSION}`, { redirect: "error" });
  if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
  const [head, ...texts] = (await answer.text()).split("\0");
  const { version, files } = JSON.parse(head);
  if (version !== VERSION || texts.length !== files.length) throw new Error(`${name}: ${version} instead of ${VERSION}`);
  const put = ([addresses, type], at) => Promise.all(addresses.map((address) => cache.put(address, asServed(texts[at], type, answer.headers))));
  const last = files.length - 1;
  await Promise.all(files.slice(0, last).map(put));
  await put(files[last], last);
}

// The names of the packs that are not here.
async function missingPacks() {
  const here = await Promise.all(Object.values(PACKS).map(find));
  return Object.keys(PACKS).filter((_, at) => !here[at]);
}

// Fetches what is missing, each by itself; one that fails is missing until somebody asks again.
let coming = null;
function keepPacks() {
  coming ??= caches.open(CACHE)
    .then(async (cache) => Promise.allSettled((await missingPacks()).map((pack) => keepText(cache, `kept-${pack}.txt`))))
    .finally(() => { coming = null; });
  return coming;
}

async function answerPacks(port, isFetched) {
  if (isFetched) await keepPacks().catch(() => undefined);
  port.postMessage(await missingPacks());
}

// What the page asked for by itself is in the browser's cache; if it is of another version, it is fetched anew.
async function keepAlone(cache, address, integrity) {
  const ask = (place) => fetch(address, { cache: place, integrity, redirect: "error" });
  const answer = await ask("force-cache").catch(() => ask("reload"));
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  await cache.put(address, asServed(await answer.text(), answer.headers.get("Content-Type"), answer.headers));
}

// With the headers that guard a page when it comes from the server itself.
function asServed(text, type, guarded) {
  const headers = new Headers({ "Content-Type": type });
  for (const name of GUARDS) if (guarded.has(name)) headers.set(name, guarded.get(name));
  return new Response(text, { headers });
}

self.addEventListener("activate", (event) => {
  event.waitUntil(tidy());
});

async function tidy() {
  for (const name of await caches.keys()) {
    if (name.startsWith("field-") && name !== CACHE) await caches.delete(name);
  }
  await self.clients.claim();
}

self.addEventListener("message", (event) => {
  if (event.data === "SKIP_WAITING") self.skipWaiting();
  if (event.data === "CLAIM") event.waitUntil(self.clients.claim());
  if (event.data === "PACKS" || event.data === "FETCH_PACKS") event.waitUntil(answerPacks(event.ports[0], event.data === "FETCH_PACKS"));
  if (event.data === "VERSION" && event.ports[0]) event.ports[0].postMessage(VERSION);
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.mode === "navigate" && address.pathname.startsWith("/field/")) event.respondWith(page(request, address));
  else if (address.pathname.startsWith("/static/") || address.pathname in ALONE) event.respondWith(file(request, address));
});

// Neither ever rejects: Safari would show an error page of its own.
async function page(request, address) {
  const kept = await find(address.pathname);
  if (kept) return kept;
  try {
    return await fetch(request);
  } catch {
    return (await find("/field/")) || plainly();
  }
}

async function file(request, address) {
  const kept = await find(address.pathname);
  if (kept) return kept;
  try {
    return await fetch(request);
  } catch {
    return new Response("", { status: 504, statusText: "offline" });
  }
}

async function find(path) {
  try {
    const cache = await caches.open(CACHE);
    return await cache.match(path, MATCH);
  } catch {
    return undefined; // the system took the cache away: the network is asked instead
  }
}

function plainly() {
  return new Response("<!doctype html><html lang=zh-CN><meta charset=utf-8><title>离线</title><h1>离线</h1>"
    + "<p>这个页面还没有存到本机。本机记录都在，联网后请重新打开。</p>", { headers: { "Content-Type": "text/html; charset=utf-8" } });
}
