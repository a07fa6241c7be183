// Steps play their moment: from its start, and no further than its end unless the reader plays on.

import { bindPlayers } from "../clips/player.js";
import "../clips/scrubbing.js";

bindPlayers(document);

for (const figure of document.querySelectorAll("[data-start-ms]")) {
  const video = figure.querySelector("video");
  if (!video) continue;
  const start = Number(figure.dataset.startMs) / 1000;
  const end = Number(figure.dataset.endMs) / 1000;
  let hasStopped = false;
  video.addEventListener("loadedmetadata", () => { if (video.currentTime < start) video.currentTime = start; });
  video.addEventListener("timeupdate", () => {
    if (hasStopped || video.currentTime < end) return;
    hasStopped = true;
    video.pause();
  });
  video.addEventListener("seeking", () => { if (video.currentTime < end) hasStopped = false; });
}

// A hit of the search names the clip and the second: its step comes into view.

const asked = new URLSearchParams(location.search);
const at_ms = Number(asked.get("at")) * 1000;
for (const figure of document.querySelectorAll("[data-start-ms]")) {
  const { clip, startMs, endMs } = figure.dataset;
  if (clip !== asked.get("clip") || at_ms < Number(startMs) - 999 || at_ms > Number(endMs)) continue;
  figure.closest("li").classList.add("is-asked");
  figure.closest("li").scrollIntoView({ block: "center" });
  break;
}
