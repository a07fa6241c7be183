/** Plays small films of a kept how-to: the smallest picture with its sound, in segments, by hls.js from what is kept. */

for (const figure of document.querySelectorAll("[data-streams]")) {
  figure.querySelector("button").addEventListener("click", () => play(figure));
}

async function play(figure) {
  const { streams, startS, endS } = figure.dataset;
  const [button, video] = [figure.querySelector("button"), figure.querySelector("video")];
  open(figure, video, { streams, start: Number(startS) });
  if (endS) stopOnceAt(video, Number(endS));
  video.hidden = false;
  if (button === document.activeElement) video.focus(); // keys go on where the button was
  button.hidden = true;
  await video.play().catch(() => {}); // the person taps play: some browsers want that
}

function open(figure, video, { streams, start }) {
  const { Hls } = globalThis;
  const hls = new Hls({ startPosition: start, renderTextTracksNatively: false, subtitleDisplay: false });
  hls.on(Hls.Events.ERROR, (_event, { fatal, type }) => {
    if (!fatal) return;
    if (type === Hls.ErrorTypes.MEDIA_ERROR) hls.recoverMediaError();
    else figure.querySelector(".problem").hidden = false;
  });
  hls.loadSource(streams);
  hls.attachMedia(video);
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
