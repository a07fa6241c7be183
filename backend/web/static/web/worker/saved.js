/** How-tos that were kept on this phone, shown without a line, and checked as soon as there is one. */

import { personHere, signOutOwed } from "../asking/this-phone.js";
import { checkKept } from "../saved/checking.js";
import { findKept, keptAt, keptWithPages } from "../saved/shelf.js";
import { SIGNED_OUT, fetchPage } from "./signing-out.js";

const SYNC = "cuppa-kept";
const PATIENCE_MS = 3000; // for hearing whether it is still safe
const ID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}";
const KEPT_PAGE = new RegExp(`^/kept/(${ID})$`);
const KEPT_FILE = new RegExp(`^/kept/${ID}/.+`);
const HOWTO = new RegExp(`^/howtos/(${ID})$`);

// Before worker/shell.js hears of it: this answers for these alone.
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  const answer = answerTo(request, pathname);
  if (!answer) return;
  event.stopImmediatePropagation();
  event.respondWith(answer);
});

self.addEventListener("sync", (event) => {
  if (event.tag === SYNC) event.waitUntil(checkHere());
});

/** Ask whether what is kept is still safe; a push that tells of a recall brings a line with it. */
export async function checkHere() {
  const person = await personHere();
  return person ? checkKept(person) : [];
}

function answerTo(request, pathname) {
  if (KEPT_FILE.test(pathname)) return keptFile(request, pathname);
  if (request.mode !== "navigate") return fileOfPages(request, pathname);
  if (KEPT_PAGE.test(pathname)) return keptPage(request, pathname.match(KEPT_PAGE)[1]);
  return HOWTO.test(pathname) ? howto(request, pathname.match(HOWTO)[1]) : null;
}

/** The how-to itself; the kept one in its place when there is no line. */
async function howto(request, id) {
  try {
    return await fetchPage(request);
  } catch {
    const person = await personHere();
    const facts = person && (await findKept(person, id));
    return facts ? Response.redirect(`/kept/${id}`) : withoutLine();
  }
}

async function keptPage(request, id) {
  await Promise.race([checkHere(), new Promise((resolve) => setTimeout(resolve, PATIENCE_MS))]);
  const person = await personHere();
  const facts = person && (await findKept(person, id));
  if (!facts) return fetchPage(request).catch(withoutLine);
  return (await keptAt(person, `/kept/${id}`)) ?? Response.redirect("/kept"); // there it says why it is away
}

async function withoutLine() {
  return caches.match((await signOutOwed()) ? SIGNED_OUT : "/offline");
}

/** A kept page has its own, whatever release is out by now, and waits for no line. Without one others may have them, too. */
function fileOfPages(request, pathname) {
  if (!pathname.startsWith("/static/")) return null;
  const page = request.referrer && KEPT_PAGE.exec(new URL(request.referrer).pathname);
  if (page) return firstOf(request, (person) => keptAt(person, page[0] + pathname));
  return navigator.onLine ? null : firstOf(request, (person) => keptWithPages(person, pathname));
}

async function firstOf(request, keptBy) {
  const person = await personHere();
  return (person && (await keptBy(person))) ?? (await caches.match(request)) ?? fetch(request);
}

async function keptFile(request, pathname) {
  const person = await personHere();
  const whole = person && (await keptAt(person, pathname));
  if (!whole) return new Response("", { status: 404 });
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.get("Range") ?? "");
  return range ? part(await whole.blob(), range) : whole;
}

/** Players ask for parts. Source: RFC 9110, 14.2. */
function part(blob, [, first, last]) {
  const start = Number(first);
  const end = Math.min(last ? Number(last) + 1 : blob.size, blob.size);
  const headers = { "Content-Range": `bytes ${start}-${end - 1}/${blob.size}`, "Content-Type": blob.type };
  if (start >= end) return new Response("", { status: 416, headers: { "Content-Range": `bytes */${blob.size}` } });
  return new Response(blob.slice(start, end, blob.type), { status: 206, headers });
}
