/**
 * Signing out, with a line or without. What is somebody's is taken off this phone at once. The server is told at once, too,
 * or as soon as there is a line: before that no page opens, nothing is sent, and no push says what it is about.
 */

import { oweSignOut, signOutIsKnown, signOutOwed } from "../asking/this-phone.js";
import { signedIn } from "../clips/session.js";
import { forgetWhoWasHere } from "./forgetting.js";
import { soonEnough } from "./patience.js";

export const SIGNED_OUT = "/signed-out";
const SIGN_OUT = "/sign-out";
const SYNC = "cuppa-sign-out";

let telling = null; // kept for as long as this worker runs: only signing out changes it

self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  if (mode === "navigate" && method === "POST" && new URL(url).pathname === SIGN_OUT) event.respondWith(signOut(event));
});

self.addEventListener("sync", (event) => {
  if (event.tag === SYNC) event.waitUntil(tellOfSignOut());
});

/** Return once the server knows of whoever signed out here; rejects while there is no line for that. */
export function tellOfSignOut() {
  telling ??= tell().catch((why) => {
    telling = null;
    throw why;
  });
  return telling;
}

/** Fetch a page, as whoever is still signed in here. */
export async function fetchPage(request) {
  await tellOfSignOut();
  return fetch(request);
}

async function signOut({ request, clientId }) {
  await oweSignOut(); // first: the browser may end a worker at any time
  telling = null;
  await forgetWhoWasHere();
  try {
    const answer = await soonEnough(fetch(request));
    if (isLedAway(answer)) await signOutIsKnown();
    return answer;
  } catch {
    await self.registration.sync?.register(SYNC).catch(() => {});
    await leadOthersAway(clientId);
    return Response.redirect(SIGNED_OUT, 303);
  }
}

async function tell() {
  const owed = await signOutOwed();
  if (!owed) return;
  const { person_id, csrf_token } = await signedIn();
  if (person_id && person_id === (owed.person_id ?? person_id)) {
    const headers = { "X-CSRFToken": csrf_token };
    const answer = await fetch(SIGN_OUT, { method: "POST", headers, credentials: "same-origin", redirect: "manual" });
    if (!isLedAway(answer)) throw new Error(`not signed out: ${answer.status}`);
  }
  await signOutIsKnown();
}

const isLedAway = ({ type }) => type === "opaqueredirect";

/** Other pages still show what is somebody's, and the server would not refuse them. */
async function leadOthersAway(clientId) {
  const pages = await self.clients.matchAll({ type: "window" });
  const others = pages.filter((page) => page.id !== clientId);
  await Promise.all(others.map((page) => page.navigate(SIGNED_OUT).catch(() => {})));
}
