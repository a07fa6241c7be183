/** A new version of the worker takes over at once, unless something is being sent: that is left to end first. */

const SENDING = "cuppa-sending"; // the lock of clips/queue.js

/** Take over from the version before, if nothing is being sent; else a page asks again later. */
export async function takeOver() {
  if (!navigator.locks) return self.skipWaiting();
  await navigator.locks.request(SENDING, { ifAvailable: true }, (lock) => lock && self.skipWaiting());
}

self.addEventListener("message", (event) => {
  if (event.data === "take-over") event.waitUntil(takeOver());
});
