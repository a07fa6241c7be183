/**
 * Plays clips where they stand: HLS, by the browser itself or by hls.js, which is fetched with the first clip that is
 * played. With little data: the smallest picture; or the sound alone.
 */

import { isLowData } from "./low-data.js";
import { asClock } from "./picker.js";

const HLS = "../../vendor/hls.js/1.7.4/hls.min.js";
const CAPTIONS = "cuppa-captions";
const AGAIN_AFTER_MS = 3000;
const PLAYLIST = "application/vnd.apple.mpegurl";

/** Make the clips below `root` play. */
export function bindPlayers(root) {
  for (const place of root.querySelectorAll("[data-clock-ms]")) {
    place.textContent = asClock(Number(place.dataset.clockMs) / 1000);
  }
  for (const button of root.querySelectorAll("[data-play]")) {
    button.addEventListener("click", () => play(button.closest("[data-clip]"), { soundOnly: button.dataset.play === "audio" }));
  }
}

/** Play the clip `clipId` of this page from `ms` on. */
export function playAt(clipId, ms) {
  const figure = document.getElementById(`clip-${clipId}`);
  if (!figure?.querySelector("[data-play]")) return;
  figure.closest("details")?.setAttribute("open", "");
  figure.scrollIntoView({ block: "nearest" });
  return play(figure, { at_ms: ms });
}

async function play(figure, { soundOnly = false, at_ms = null } = {}) {
  const video = figure.querySelector("video");
  if (!video.dataset.source) {
    const links = await linksOf(figure);
    if (!links) return complain(figure);
    await open(video, links, soundOnly);
    figure.dispatchEvent(new CustomEvent("cuppa:opened", { detail: links, bubbles: true }));
    video.hidden = false;
    const poster = figure.querySelector(".poster");
    if (poster === document.activeElement) video.focus(); // keys go on where the button was
    poster.hidden = true;
    figure.classList.add("is-playing");
  }
  if (at_ms !== null) video.currentTime = at_ms / 1000;
  await video.play().catch(() => {}); // the person taps play: some browsers want that
}

async function linksOf(figure) {
  const answer = await fetch(`/api/v1/clips/${figure.dataset.clip}/playback`, { credentials: "same-origin" }).catch(() => null);
  return answer?.ok ? answer.json() : null;
}

async function open(video, links, soundOnly) {
  video.dataset.source = soundOnly ? "audio" : "picture";
  video.poster = links.poster_url ?? links.waveform_url ?? "";
  const address = addressOf(links, soundOnly);
  if (links.captions_url) addCaptions(video, links.captions_url);
  if (isForTheBrowser(video, links)) {
    video.src = address;
    return;
  }
  await import(HLS);
  const { Hls } = globalThis;
  const hls = new Hls({ renderTextTracksNatively: false, subtitleDisplay: false });
  hls.on(Hls.Events.ERROR, (_event, { fatal, type }) => {
    if (!fatal) return;
    if (type === Hls.ErrorTypes.NETWORK_ERROR) setTimeout(() => goOn(hls, video, soundOnly), AGAIN_AFTER_MS);
    else if (type === Hls.ErrorTypes.MEDIA_ERROR) hls.recoverMediaError();
    else complain(video.closest("[data-clip]"));
  });
  hls.loadSource(address);
  hls.attachMedia(video);
}

/** Without a line it comes back. With one, what was being watched is rendered anew, or its links ran out: there are others. */
async function goOn(hls, video, soundOnly) {
  const links = await linksOf(video.closest("[data-clip]"));
  if (!links) return hls.startLoad();
  const isPlaying = !video.paused; // another source pauses it
  hls.config.startPosition = video.currentTime;
  hls.loadSource(addressOf(links, soundOnly));
  if (isPlaying) await video.play().catch(() => {});
}

// A clip that is still being rendered Chromium begins near its end, and stops there: hls.js does not. Browsers that have
// no MediaSource for it (iPhones before iOS 17.1) begin at the beginning by themselves.
function isForTheBrowser(video, { status }) {
  return Boolean(video.canPlayType(PLAYLIST)) && (status === "ready" || !("MediaSource" in globalThis));
}

const addressOf = ({ hls_url }, soundOnly) => hls_url.replace("master.m3u8", playlistFor(soundOnly));

/** With little data there is one picture to choose from: browsers that play HLS by themselves take what they like. */
function playlistFor(soundOnly) {
  if (soundOnly) return "audio.m3u8";
  return isLowData() ? "low.m3u8" : "master.m3u8";
}

// Captions are on until somebody switches them off; then they stay off on this phone, until they are switched on.
function addCaptions(video, address) {
  const track = document.createElement("track");
  const isOn = localStorage.getItem(CAPTIONS) !== "off";
  Object.assign(track, { kind: "captions", src: address, default: isOn, label: document.documentElement.lang });
  video.append(track);
  track.track.mode = isOn ? "showing" : "disabled";
  video.textTracks.addEventListener("change", () => {
    localStorage.setItem(CAPTIONS, track.track.mode === "showing" ? "on" : "off");
  });
}

function complain(figure) {
  figure.querySelector('[data-part="problem"]').hidden = false;
}

document.addEventListener("click", ({ target }) => {
  const cue = target.closest("[data-seek-ms]");
  if (!cue) return;
  const clipId = cue.dataset.seekClip || cue.closest("[data-clip]")?.dataset.clip;
  if (clipId) playAt(clipId, Number(cue.dataset.seekMs));
});
document.addEventListener("htmx:afterSettle", ({ target }) => bindPlayers(target.parentElement ?? document));
