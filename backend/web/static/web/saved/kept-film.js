/** Plays small films of a kept how-to: the smallest picture with its sound, in segments, by hls.js from what is kept. */

for (const video of document.querySelectorAll("video[data-streams]")) bind(video);

function bind(video) {
  const { streams, startS, endS } = video.dataset;
  const hls = new globalThis.Hls({ autoStartLoad: false, renderTextTracksNatively: false, subtitleDisplay: false });
  hls.on(globalThis.Hls.Events.ERROR, (_event, { fatal, type }) => {
    if (fatal && type === globalThis.Hls.ErrorTypes.MEDIA_ERROR) hls.recoverMediaError();
  });
  hls.loadSource(streams);
  hls.attachMedia(video);
  video.addEventListener("play", () => hls.startLoad(Number(startS)), { once: true });
  if (endS) stopOnceAt(video, Number(endS));
}

/** As a media fragment does it: it stops at its end, and who plays on plays on. */
function stopOnceAt(video, end) {
  let hasStopped = false;
  video.addEventListener("timeupdate", () => {
    if (hasStopped || video.currentTime < end) return;
    hasStopped = true;
    video.pause();
  });
}
