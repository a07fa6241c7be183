/**
 * On every page of a browser that is told things: whoever is signed in is told here, replies that wait are sent, and a
 * tap on a notification leads a page on which nothing is being typed.
 */

import { registerAnew } from "./registering.js";

let isTypedIn = false;
addEventListener("input", () => { isTypedIn = true; });

navigator.serviceWorker.addEventListener("message", ({ data, ports: [port] }) => {
  if (!data?.go_to) return;
  port.postMessage(!isTypedIn);
  if (!isTypedIn) location.assign(data.go_to);
});
navigator.serviceWorker.startMessages();

/** `person`: who is signed in. */
export async function beToldHere(person) {
  const worker = await navigator.serviceWorker.ready;
  worker.active.postMessage("send-replies");
  await registerAnew(worker, person).catch(() => {}); // on the next page, then
}
