/**
 * On every page of a browser that is told things: whoever is signed in is told here, replies that wait are sent, and a
 * tap on a notification leads a page on which nothing is being typed.
 */

import { csrfToken } from "../page.js";
import { registerAnew, registrationHere } from "./registering.js";

const ONCE_A_DAY_MS = 24 * 3600_000;
const SEEN = "cuppa-told-seen";

let isTypedIn = false;
addEventListener("input", () => { isTypedIn = true; });

navigator.serviceWorker.addEventListener("message", ({ data, ports: [port] }) => {
  if (!data?.go_to) return;
  port.postMessage(!isTypedIn);
  if (!isTypedIn) location.assign(data.go_to);
});
navigator.serviceWorker.startMessages();

/** The registration belongs to whoever is signed in; the same person's is renewed once a day. */
async function renew(person) {
  const known = await registrationHere();
  const isFresh = Date.now() - Number(localStorage.getItem(SEEN)) < ONCE_A_DAY_MS;
  if (!known || (known.person === person && isFresh)) return;
  await registerAnew({ csrf: csrfToken(), person });
  localStorage.setItem(SEEN, String(Date.now()));
}

/** `person`: who is signed in; null: nobody, and what was shown to whoever was is taken away. */
export async function beToldHere(person) {
  const worker = await navigator.serviceWorker.ready;
  if (person) {
    worker.active.postMessage("send-replies");
    await renew(person).catch(() => {}); // on the next page, then
  } else {
    localStorage.removeItem(SEEN); // signing out ended the registration: whoever signs in makes it anew
    for (const one of await worker.getNotifications()) one.close();
  }
}
