/** The page of a thread: clips, forms, the waiting clock, and what happens while it is open. */

import { bindForms } from "../clips/form.js";
import { bindPlayers, playAt } from "../clips/player.js";
import "../clips/scrubbing.js";
import { asClock } from "../clips/picker.js";
import { LiveThread } from "./live.js";

const root = document.getElementById("thread");
const live = new LiveThread(root, bind); // before anything below changes the page

function bind(part) {
  bindPlayers(part);
  bindForms(part);
  globalThis.htmx?.process(part);
  countUp();
}

function countUp() {
  for (const counter of document.querySelectorAll("[data-counts-up]")) {
    const seconds = Math.max(0, (Date.now() - Date.parse(counter.dateTime)) / 1000);
    counter.textContent = seconds < 3600 ? asClock(seconds) : inHours(seconds);
  }
}

function inHours(seconds) {
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

bind(root);
setInterval(countUp, 1000);
live.watch();
document.addEventListener("cuppa:corrected", (event) => bind(event.target.parentElement));

// A notification leads to what it is about: its clip can be played with one key.
const meant = location.hash && document.getElementById(location.hash.slice(1));
if (meant) {
  meant.closest("details")?.setAttribute("open", "");
  meant.scrollIntoView();
  meant.querySelector("[data-play]")?.focus({ preventScroll: true });
}

// A hit of the search leads to the second that matters.
const asked = new URLSearchParams(location.search);
const at_ms = asked.get("at_ms") ?? (asked.has("at") ? Number(asked.get("at")) * 1000 : null);
if (asked.has("clip") && at_ms !== null) playAt(asked.get("clip"), Number(at_ms));
