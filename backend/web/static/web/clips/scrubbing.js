// Beside a clip that plays: the caption that is spoken is marked, and a bar shows the picture at each second.

const TILE_PX = 160;

document.addEventListener("cuppa:opened", ({ target, detail }) => {
  const video = target.querySelector("video");
  video.addEventListener("timeupdate", () => markSpoken(target, video.currentTime * 1000));
  if (detail.storyboard) addBar(target, video, detail.storyboard);
});

/** Mark the caption of the words below `figure` that is spoken at this time. */
function markSpoken(figure, at_ms) {
  const cues = [...figure.querySelectorAll("[data-seek-ms]")];
  const spoken = cues.filter((cue) => Number(cue.dataset.seekMs) <= at_ms).at(-1);
  for (const cue of cues) {
    if (cue === spoken) cue.setAttribute("aria-current", "true");
    else cue.removeAttribute("aria-current");
  }
}

function addBar(figure, video, storyboard) {
  const bar = document.createElement("div");
  bar.className = "scrub";
  const tile = bar.appendChild(document.createElement("div"));
  tile.className = "tile";
  tile.hidden = true;
  const range = bar.appendChild(document.createElement("input"));
  Object.assign(range, { type: "range", min: 0, step: 0.5, value: 0 });
  range.setAttribute("aria-label", video.getAttribute("aria-label") ?? "");
  video.after(bar);

  const begin = () => { range.max = String(video.duration || 0); };
  video.addEventListener("durationchange", begin);
  begin();
  video.addEventListener("timeupdate", () => { if (tile.hidden) range.value = String(video.currentTime); });
  range.addEventListener("input", () => showTile(tile, storyboard, Number(range.value) * 1000, range));
  range.addEventListener("change", () => { video.currentTime = Number(range.value); tile.hidden = true; });
  range.addEventListener("pointermove", ({ offsetX }) => {
    showTile(tile, storyboard, (offsetX / range.clientWidth) * Number(range.max) * 1000, range);
  });
  range.addEventListener("pointerleave", () => { tile.hidden = true; });
  range.addEventListener("blur", () => { tile.hidden = true; });
}

function showTile(tile, { url, columns, rows, tile_interval_ms, width_px, height_px }, at_ms, range) {
  const number = Math.min(Math.floor(at_ms / tile_interval_ms), columns * rows - 1);
  if (!(number >= 0)) return;
  const height = (TILE_PX * (height_px / rows)) / (width_px / columns);
  const along = Math.min(Math.max(at_ms / (Number(range.max) * 1000), 0), 1);
  Object.assign(tile.style, {
    width: `${TILE_PX}px`,
    height: `${height}px`,
    left: `${along * Math.max(range.clientWidth - TILE_PX, 0)}px`,
    backgroundImage: `url("${url}")`,
    backgroundSize: `${columns * TILE_PX}px ${rows * height}px`,
    backgroundPosition: `-${(number % columns) * TILE_PX}px -${Math.floor(number / columns) * height}px`,
  });
  tile.hidden = false;
}
