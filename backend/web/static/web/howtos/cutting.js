// A step's moment is cut by tapping on what is said: first where it begins, then where it ends.

import { bindPlayers, playAt } from "../clips/player.js";
import "../clips/scrubbing.js";

bindPlayers(document);

const steps = [...document.querySelectorAll("[data-step]")];
const hint = document.getElementById("cut-hint");
let chosen = null;
let begun = null; // the cue that the moment begins with

const field = (name) => chosen.querySelector(`[name$="-${name}"]`);
const tell = (what) => { hint.textContent = hint.dataset[what]; };

hint.hidden = document.querySelector("[data-cut-clip]") === null;
tell("first");

function choose(step) {
  if (step === chosen) return;
  chosen?.classList.remove("is-chosen");
  chosen = step;
  chosen.classList.add("is-chosen");
  begun = null;
  tell("first");
  showMoment();
}

function showMoment() {
  const clip = field("clip_id").value;
  const start = field("start_s").value === "" ? NaN : Number(field("start_s").value) * 1000;
  const end = field("end_s").value === "" ? start : Number(field("end_s").value) * 1000;
  for (const cue of document.querySelectorAll("[data-cut-clip]")) {
    const { cutClip, fromMs, toMs } = cue.dataset;
    const isIn = cutClip === clip && Number(toMs) > start && (Number(fromMs) < end || cue === begun);
    cue.setAttribute("aria-pressed", String(isIn));
  }
}

function cut(cue) {
  const { cutClip, fromMs, toMs } = cue.dataset;
  const isEnd = begun && begun.dataset.cutClip === cutClip && Number(fromMs) >= Number(begun.dataset.fromMs);
  if (isEnd) {
    field("end_s").value = Number(toMs) / 1000;
    begun = null;
    tell("done");
  } else {
    field("clip_id").value = cutClip;
    field("start_s").value = Number(fromMs) / 1000;
    field("end_s").value = "";
    begun = cue;
    tell("second");
    playAt(cutClip, Number(fromMs));
  }
  showMoment();
}

for (const step of steps) step.addEventListener("focusin", () => choose(step));
document.addEventListener("click", ({ target }) => {
  const cue = target.closest("[data-cut-clip]");
  if (!cue) return;
  if (!chosen) choose(steps.find((step) => !step.querySelector("textarea").value) ?? steps[0]);
  cut(cue);
});
document.addEventListener("input", ({ target }) => { if (chosen?.contains(target)) showMoment(); });
