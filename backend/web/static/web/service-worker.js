// Keeps the shell of the pages, and offers a page of its own when there is no line. Nothing about anybody is kept.

const SHELL = "shell-1"; // a new name when the list changes
const OFFLINE = "/offline";
const KEPT = [
  OFFLINE,
  "/static/web/cuppa.css",
  "/static/web/page.js",
  "/static/web/icons.svg",
  "/static/web/icons/cuppa.svg",
  "/static/vendor/htmx/2.0.11/htmx.min.js",
];

// Coming and going

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((cache) => cache.addAll(KEPT)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil((async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith("shell-") && name !== SHELL);
    await Promise.all(old.map((name) => caches.delete(name)));
    await self.clients.claim();
  })());
});

// Pages come from the line or not at all; the shell comes from the line first, so that a new release is seen at once.

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || new URL(request.url).origin !== location.origin) return;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => caches.match(OFFLINE)));
  } else if (KEPT.includes(new URL(request.url).pathname)) {
    event.respondWith(fromLineFirst(request));
  }
});

async function fromLineFirst(request) {
  try {
    const fresh = await fetch(request);
    if (fresh.ok) (await caches.open(SHELL)).put(request, fresh.clone());
    return fresh;
  } catch (lost) {
    const kept = await caches.match(request);
    if (kept) return kept;
    throw lost;
  }
}
