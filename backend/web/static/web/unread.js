/**
 * Keeps the number beside "Inbox" true while a page stays open: it asks again when something happens on the page, when
 * another page read something, when a push comes, when the page is looked at again, and every minute that it is.
 */

const EVERY_MS = 60_000;

const places = [...document.querySelectorAll("[data-unread]")];
const others = new BroadcastChannel("cuppa-inbox");

function show(count) {
  for (const place of places) {
    place.hidden = !count;
    place.querySelector("[data-count]").textContent = count;
  }
}

async function lookAgain() {
  if (document.hidden || !navigator.onLine) return;
  const answer = await fetch("/api/v1/inbox/unread", { credentials: "same-origin" }).catch(() => null);
  if (answer?.ok) show((await answer.json()).unread_count);
}

if (places.length) {
  others.addEventListener("message", lookAgain);
  others.postMessage("opened"); // what was read to come here is read for the other pages, too
  document.addEventListener("visibilitychange", lookAgain);
  document.addEventListener("cuppa:happened", lookAgain);
  navigator.serviceWorker?.addEventListener("message", lookAgain);
  setInterval(lookAgain, EVERY_MS);
}
