// The service worker of /field/: keeps the pages and their files, so that the app starts without a network.
// It never keeps answers of the API, never touches IndexedDB, and never takes over by itself.
const VERSION = {{ version | tojson }};
const CACHE = `field-${VERSION}`;
const PAGES = {{ pages | tojson }};
const FILES = {{ files | tojson }};
const MATCH = { ignoreSearch: true, ignoreVary: true };

self.addEventListener("install", (event) => {
  event.waitUntil(keepAll());
  if (event.addRoutes) event.waitUntil(event.addRoutes(straightFromTheCache()));
});

// Half a hundred files a page, without waking the worker for each: Chrome 123; elsewhere the worker answers as always.
// What the cache does not hold goes to the network. Source: Service Workers, static routing.
function straightFromTheCache() {
  return [{ condition: { urlPattern: new URLPattern({ pathname: "/static/*" }), requestMethod: "GET" }, source: { cacheName: CACHE } }];
}

async function keepAll() {
  const cache = await caches.open(CACHE);
  const addresses = [...PAGES, ...FILES];
  // A few at a time: a phone on a slow network is not helped by sixty requests at once.
  for (let at = 0; at < addresses.length; at += 6) {
    await Promise.all(addresses.slice(at, at + 6).map((address) => keep(cache, address)));
  }
}

async function keep(cache, address) {
  const response = await fetch(address, { cache: "reload", credentials: "omit", redirect: "error" });
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  await cache.put(address, response);
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
  if (event.data === "VERSION" && event.ports[0]) event.ports[0].postMessage(VERSION);
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  if (request.mode === "navigate" && address.pathname.startsWith("/field/")) event.respondWith(page(request, address));
  else if (FILES.includes(address.pathname)) event.respondWith(file(request, address));
});

// Neither ever rejects: Safari would show an error page of its own.
async function page(request, address) {
  const kept = await find(PAGES.includes(address.pathname) ? address.pathname : null);
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
  if (!path) return undefined;
  try {
    const cache = await caches.open(CACHE);
    return await cache.match(path, MATCH);
  } catch {
    return undefined; // the system took the cache away: the network is asked instead
  }
}

function plainly() {
  return new Response("<!doctype html><html lang=zh-CN><meta charset=utf-8><title>离线</title><h1>离线</h1>"
    + "<p>这个页面还没有存到本机。本机记录都在,联网后请重新打开。</p>", { headers: { "Content-Type": "text/html; charset=utf-8" } });
}
