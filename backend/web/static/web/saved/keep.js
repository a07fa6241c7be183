/** "Keep on this phone" on a how-to's page: how much it is, keeping it, and taking it off again. */

import { isHere } from "../asking/this-phone.js";
import { isLowData } from "../clips/low-data.js";
import { keep, waysToKeep } from "./keeping.js";
import { dropKept, findKept, listKept } from "./shelf.js";

const KEPT = "cuppa-kept"; // page.js looks for it

const section = document.querySelector("[data-keep]");
const { keep: id, number, person } = section.dataset;
const part = (name) => section.querySelector(`[data-part="${name}"]`);
let offered = null;

function showState(state) {
  for (const one of section.querySelectorAll("[data-state]")) one.hidden = one.dataset.state !== state;
}

function showProblem(reason) {
  part("problem").textContent = reason ? part("problem").dataset[reason] : "";
  part("problem").hidden = !reason;
}

const megabytes = (bytes) => `${(bytes / 1e6).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 })} MB`;

async function offer() {
  offered = await waysToKeep(id, number);
  const { film, small, sound } = offered.ways;
  const isOffered = {
    film: true,
    small: small.bytes < film.bytes && canStream(),
    sound: sound.bytes !== film.bytes, // the same: there is no clip, words alone
  };
  const preferred = isLowData() && isOffered.small ? "small" : "film";
  for (const button of section.querySelectorAll("[data-way]")) {
    const { way } = button.dataset;
    button.querySelector("[data-part=size]").textContent = megabytes(offered.ways[way].bytes);
    button.hidden = !isOffered[way];
    button.classList.toggle("plain", way !== preferred);
  }
  showState("offered");
}

// iPhones before iOS 17.1 have neither, and what they stream by themselves does not come from a cache.
const canStream = () => "MediaSource" in globalThis || "ManagedMediaSource" in globalThis;

async function fetchIt(way) {
  showState("fetching");
  const progress = section.querySelector("progress");
  const facts = await keep(person, offered, way, (share) => { progress.value = share; });
  localStorage.setItem(KEPT, "yes");
  showKept(facts);
}

function showKept(facts) {
  part("kept-size").textContent = megabytes(facts.bytes);
  showState("kept");
}

async function takeOff() {
  await dropKept(person, id);
  if (!(await listKept(person)).length) localStorage.removeItem(KEPT);
  showState("free");
}

async function attempt(work) {
  showProblem("");
  try {
    await work();
  } catch (why) {
    console.warn(why);
    showProblem(why.reason ?? "line");
    showState("free");
  }
}

part("offer").addEventListener("click", () => attempt(offer));
part("off").addEventListener("click", () => attempt(takeOff));
for (const button of section.querySelectorAll("[data-way]")) {
  button.addEventListener("click", () => attempt(() => fetchIt(button.dataset.way)));
}

if ("serviceWorker" in navigator && "caches" in window) {
  await isHere(person);
  const facts = await findKept(person, id);
  section.hidden = false;
  if (facts?.state === "current") showKept(facts);
  else showState("free");
}
