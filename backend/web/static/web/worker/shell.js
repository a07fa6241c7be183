/**
 * Keeps the shell of the pages, and offers pages of its own when there is no line. They were fetched as nobody: what
 * stands in them is nobody's.
 */

import { personHere, signOutOwed } from "../asking/this-phone.js";
import { forgetWhoWasHere } from "./forgetting.js";
import { soonEnough } from "./patience.js";
import { SIGNED_OUT, fetchPage } from "./signing-out.js";
import { takeOver } from "./taking-over.js";

const KEPT_AS = "shell-";

/**
 * Keep this shell: `version` changes whenever anything in it does; `offline`: the page in the place of any other;
 * `instead`: by its path, the page in the place of one that is no use without its form, for who is signed in;
 * `files`: what these need, by addresses that name a release: each means the same bytes for ever.
 */
export function keepShell({ version, offline, instead, files }) {
  const name = KEPT_AS + version;
  const kept = new Set(files);

  self.addEventListener("install", (event) => {
    event.waitUntil(fill(name, [offline, SIGNED_OUT, ...Object.values(instead)], files).then(takeOver));
  });

  self.addEventListener("activate", (event) => {
    event.waitUntil(dropOldShells(name).then(() => self.clients.claim()));
  });

  self.addEventListener("fetch", (event) => {
    const { request } = event;
    const { origin, pathname } = new URL(request.url);
    if (request.method !== "GET" || origin !== location.origin) return;
    if (request.mode === "navigate") event.respondWith(pageFor(event, instead[pathname], offline));
    else if (kept.has(pathname)) event.respondWith(keptFirst(request));
  });
}

async function fill(name, pages, files) {
  const cache = await caches.open(name);
  const asNobody = pages.map((page) => new Request(page, { credentials: "omit", cache: "no-store" }));
  await cache.addAll([...asNobody, ...files]);
}

async function pageFor({ request }, instead, offline) {
  try {
    const page = await (instead ? soonEnough(fetchPage(request)) : fetchPage(request));
    // Who is shown the form that signs in is nobody, however the session before came to its end.
    if (page.ok && new URL(page.url).pathname === "/sign-in") await forgetWhoWasHere();
    return page;
  } catch {
    if (await signOutOwed()) return caches.match(SIGNED_OUT);
    return caches.match(instead && (await personHere()) ? instead : offline);
  }
}

async function dropOldShells(name) {
  const old = (await caches.keys()).filter((one) => one.startsWith(KEPT_AS) && one !== name);
  await Promise.all(old.map((one) => caches.delete(one)));
}

async function keptFirst(request) {
  return (await caches.match(request)) ?? fetch(request);
}
