/** A new version of the worker takes over at once, unless something is being sent: that is left to end first. */

const SENDING = "cuppa-sending"; // the lock of clips/queue.js

/** Take over from the version before, if nothing is being sent; else a page asks later. */
export function takeOver() {
  return withLock({ ifAvailable: true });
}

async function withLock(options) {
  if (!navigator.locks) return self.skipWaiting();
  await navigator.locks.request(SENDING, options, (lock) => lock && self.skipWaiting());
}

// A page asks: here the end of what is being sent is waited for, as long as a browser lets a worker wait.
self.addEventListener("message", (event) => {
  if (event.data === "take-over") event.waitUntil(withLock({}));
});
