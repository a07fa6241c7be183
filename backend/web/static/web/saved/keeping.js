/** Keeps a how-to on this phone: what has to be fetched, how much that is, and fetching it. */

import { keptWithPages, putKept } from "./shelf.js";

const AT_ONCE = 4; // segments are small: one by one, a slow line would do little but wait

/** It could not be kept. `reason`: "line", "room", or "gone" where it must not be kept any more. */
export class NotKept extends Error {
  constructor(reason, detail = "") {
    super(`${reason} ${detail}`);
    this.reason = reason;
  }
}

/** Return {id, number, title, mark, ways: {film, small, sound}}, each way with its `bytes`. */
export async function waysToKeep(id, number) {
  const answer = await get(`/howtos/${id}/along/${number}/files`);
  return answer.json();
}

/** Fetch and keep it; `onProgress(share)`. What was kept before stays until all of the new is there. */
export async function keep(person, { ways, ...named }, way, onProgress) {
  const { page, files, bytes } = ways[way];
  await makeRoom(bytes);
  let fetched = 0;
  const note = (more) => onProgress(Math.min((fetched += more) / bytes, 1));
  const answers = await fetchAll(files, note);
  const shown = await get(page);
  for (const address of await addressesIn(shown)) {
    const answer = (await keptWithPages(person, address)) ?? (await get(address));
    answers.push([`/kept/${named.id}${address}`, answer]);
  }
  const facts = { ...named, way, bytes, kept_at: Date.now(), state: "current", said: "" };
  try {
    await putKept(person, facts, shown, answers);
  } catch (why) {
    throw why.name === "QuotaExceededError" ? new NotKept("room") : why;
  }
  return facts;
}

async function fetchAll(files, note) {
  const left = [...files];
  const answers = [];
  const fetchOnes = async () => {
    for (let file = left.shift(); file; file = left.shift()) {
      answers.push([file.place, await whole(file.urls, file.type, note)]);
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, fetchOnes));
  } finally {
    left.length = 0; // one that was lost is enough
  }
  return answers;
}

/** Return what the page looks like by and runs: a later release knows these addresses no more. */
async function addressesIn(shown) {
  const page = new DOMParser().parseFromString(await shown.clone().text(), "text/html");
  const all = [...page.querySelectorAll("link[href], script[src], use[href]")];
  const paths = all.map((one) => new URL(one.getAttribute("href") ?? one.src, location.origin).pathname);
  return new Set(paths.filter((path) => path.startsWith("/static/")));
}

async function makeRoom(bytes) {
  if (!navigator.storage?.estimate) return;
  await navigator.storage.persist?.(); // the browser may say no: then it may take it away when room is short
  const { quota, usage } = await navigator.storage.estimate();
  if (quota - usage < bytes * 1.1) throw new NotKept("room");
}

async function whole(urls, type, note) {
  const parts = [];
  for (const url of urls) {
    const answer = await get(url);
    const reader = answer.body.getReader();
    for (let piece = await reader.read().catch(lost); !piece.done; piece = await reader.read().catch(lost)) {
      parts.push(piece.value);
      note(piece.value.length);
    }
  }
  const blob = new Blob(parts, { type });
  return new Response(blob, { headers: { "Content-Type": type, "Content-Length": String(blob.size) } });
}

async function get(address) {
  const isOurs = new URL(address, location.href).origin === location.origin;
  const answer = await fetch(address, { credentials: isOurs ? "same-origin" : "omit", cache: "no-store" }).catch(lost);
  if (answer.status === 404 || answer.redirected) throw new NotKept("gone", address);
  if (!answer.ok) throw new NotKept("line", `${answer.status} ${address}`);
  return answer;
}

function lost(why) {
  throw new NotKept("line", why.message);
}
