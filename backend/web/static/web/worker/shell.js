/**
 * Keeps the shell of the pages, and offers pages of its own when there is no line. They were fetched as nobody: what
 * stands in them is nobody's.
 */

import { takeOver } from "./taking-over.js";

const KEPT_AS = "shell-";

/**
 * Keep this shell: `version` changes whenever anything in it does; `offline`: the page in the place of any other;
 * `files`: what these need, by addresses that name a release: each means the same bytes for ever.
 */
export function keepShell({ version, offline, files }) {
  const name = KEPT_AS + version;
  const kept = new Set(files);

  self.addEventListener("install", (event) => {
    event.waitUntil(fill(name, [offline], files).then(takeOver));
  });

  self.addEventListener("activate", (event) => {
    event.waitUntil(dropOldShells(name).then(() => self.clients.claim()));
  });

  self.addEventListener("fetch", (event) => {
    const { request } = event;
    const { origin, pathname } = new URL(request.url);
    if (request.method !== "GET" || origin !== location.origin) return;
    if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => caches.match(offline)));
    else if (kept.has(pathname)) event.respondWith(keptFirst(request));
  });
}

async function fill(name, pages, files) {
  const cache = await caches.open(name);
  const asNobody = pages.map((page) => new Request(page, { credentials: "omit", cache: "no-store" }));
  await cache.addAll([...asNobody, ...files]);
}

async function dropOldShells(name) {
  const old = (await caches.keys()).filter((one) => one.startsWith(KEPT_AS) && one !== name);
  await Promise.all(old.map((one) => caches.delete(one)));
}

async function keptFirst(request) {
  return (await caches.match(request)) ?? fetch(request);
}
