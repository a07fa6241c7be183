// The least page that plays a clip as ours do: hls.js on a <video>. Tests call these functions and read what they return.
"use strict";

const video = document.querySelector("video");
const faults = [];  // what hls.js could not get over by itself
let hls;

function play(url) {
  hls = new Hls();
  hls.on(Hls.Events.ERROR, (_, data) => { if (data.fatal) faults.push(`${data.type} ${data.details}`); });
  hls.loadSource(url);
  hls.attachMedia(video);
  return video.play();
}

// Without hls.js: a file, or HLS where the browser knows it.
function playWithoutScript(url) {
  video.src = url;
  return video.play();
}

function standing() {
  return {
    faults, ended: video.ended, at_s: video.currentTime, duration_s: video.duration,
    width_px: video.videoWidth, height_px: video.videoHeight,
    error: video.error && video.error.message,
    decoded_sound_bytes: video.webkitAudioDecodedByteCount,
    heights_px: hls ? hls.levels.map((level) => level.height) : [],
    sounds: hls ? hls.audioTracks.map((track) => track.name) : [],
    captions: hls ? hls.subtitleTracks.map((track) => track.lang) : [],
  };
}

// Colours, [red, green, blue], of what is shown now, near its corners: upper left, upper right, lower left, lower right.
function corners() {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
  const context = canvas.getContext("2d");
  context.drawImage(video, 0, 0);
  return [[1, 1], [7, 1], [1, 7], [7, 7]].map(([x, y]) =>
    [...context.getImageData(x * canvas.width / 8, y * canvas.height / 8, 1, 1).data.slice(0, 3)]);
}

function chooseHeight(px) {
  hls.currentLevel = hls.levels.findIndex((level) => level.height === px);
  video.currentTime = 0;
}

// Resolves when the frame of this time is on the screen.
function seek(toS) {
  return new Promise((shown) => {
    video.requestVideoFrameCallback(() => shown(video.currentTime));
    video.currentTime = toS;
  });
}

// As a page does when the captions come after the clip was opened; resolves with the number of cues.
function addCaptions(url) {
  const track = document.createElement("track");
  Object.assign(track, { kind: "captions", srclang: "en", label: "English", src: url });
  video.append(track);
  track.track.mode = "showing";
  return new Promise((loaded) => { track.onload = () => loaded(track.track.cues.length); });
}

function shownCaptions() {
  return [...video.textTracks].filter((track) => track.mode === "showing")
    .flatMap((track) => [...(track.activeCues || [])]).map((cue) => cue.text);
}

async function sizeOfPicture(url) {
  const picture = new Image();
  picture.src = url;
  await picture.decode();
  return [picture.naturalWidth, picture.naturalHeight];
}

async function fetchPart([url, range]) {
  const answer = await fetch(url, { headers: range ? { Range: range } : {} });
  return { status: answer.status, range: answer.headers.get("Content-Range"), text: range ? "" : await answer.text() };
}
