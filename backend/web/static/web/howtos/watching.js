// How far the steps of a how-to are played, so that it can be seen where people stop. Nobody's name is kept.
// Told at most every ten seconds and when the page is left; each time all of it, so that one that is lost does no harm.

import { uuid7 } from "../clips/uuid7.js";
import { csrfToken } from "../page.js";

const AT_MOST_EVERY_MS = 10_000;

const article = document.querySelector("[data-watching]");
const viewing = uuid7();
const furthest = new Map(); // milliseconds into its moment, by the position of a step
let isNews = false;
let told_at = -Infinity;

function tell() {
  if (!isNews) return;
  const said = new FormData();
  said.set("csrfmiddlewaretoken", csrfToken());
  said.set("viewing_id", viewing);
  said.set("version_number", article.dataset.version);
  for (const [position, ms] of furthest) said.append("played", `${position}:${ms}`);
  if (!navigator.sendBeacon(article.dataset.watching, said)) return; // the next one says it
  isNews = false;
  told_at = performance.now();
}

function watch(figure) {
  const video = figure.querySelector("video");
  const { position, startMs, endMs } = figure.dataset;
  video?.addEventListener("timeupdate", () => {
    if (video.seeking || video.played.length === 0) return;
    const at_ms = Math.round(Math.min(video.currentTime * 1000, Number(endMs)) - Number(startMs));
    if (at_ms < 0 || at_ms <= (furthest.get(position) ?? -1)) return;
    furthest.set(position, at_ms);
    isNews = true;
    if (performance.now() - told_at >= AT_MOST_EVERY_MS) tell();
  });
}

if (article) {
  for (const figure of article.querySelectorAll("[data-position]")) watch(figure);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "hidden") tell(); });
  addEventListener("pagehide", tell);
}
