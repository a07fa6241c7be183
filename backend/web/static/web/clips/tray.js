/**
 * On every page: sends what this phone has kept, and shows how far it is.
 *
 * It says "safe" only when the server has said that it has verified the whole recording.
 */

import { sha256Of } from "./hashing-aside.js";
import { drop, onChange, thingsOf } from "./kept.js";
import { pageHeaders } from "./page-session.js";
import { forgetOldOnes, sendAll } from "./queue.js";

const tray = document.querySelector("[data-tray]");
const rows = new Map();

async function show() {
  const things = await thingsOf(tray.dataset.person);
  const list = tray.querySelector("ul");
  for (const [id, row] of rows) {
    if (things.some((thing) => thing.id === id)) continue;
    row.remove();
    rows.delete(id);
  }
  const shown = things.filter((thing) => thing.state !== "held");
  for (const thing of shown) {
    if (!rows.has(thing.id)) {
      rows.set(thing.id, newRow(thing));
      list.append(rows.get(thing.id));
    }
    describe(rows.get(thing.id), thing);
  }
  tray.hidden = !shown.length;
  document.body.classList.toggle("has-tray", !tray.hidden);
  return things;
}

function newRow(thing) {
  const row = tray.querySelector("template").content.firstElementChild.cloneNode(true);
  part(row, "done").addEventListener("click", () => drop(thing.id));
  part(row, "drop").addEventListener("click", ({ target }) => {
    if (target.dataset.asked) return drop(thing.id);
    target.dataset.asked = "yes";
    target.textContent = target.dataset.sure;
  });
  return row;
}

function describe(row, thing) {
  const percent = thing.size_bytes ? Math.floor((100 * thing.stored_bytes) / thing.size_bytes) : 0;
  const isMoving = thing.state === "sending" || thing.state === "checking";
  Object.assign(part(row, "label"), { textContent: thing.label, href: thing.page });
  part(row, "percent").textContent = thing.has_recording && isMoving ? `${percent} %` : "";
  part(row, "bar").hidden = !(thing.has_recording && isMoving);
  part(row, "bar").value = percent;
  say(part(row, "state"), sentenceOf(thing));
  part(row, "drop").hidden = thing.state !== "refused";
  part(row, "done").hidden = thing.state !== "safe";
  row.dataset.state = thing.state;
}

function sentenceOf(thing) {
  const words = tray.dataset;
  if (thing.state === "safe") return words.safe;
  if (thing.state === "refused") return thing.said ? `${words.refused}: ${thing.said}` : words.refused;
  if (/^(not_signed_in|session_expired|not_allowed)$/.test(thing.waits_for)) return words.waitsSignIn;
  if (thing.waits_for) return thing.said || words.waitsNetwork;
  if (thing.state === "sending" && thing.has_recording && !thing.sha256) return words.preparing;
  return words[thing.state];
}

// A status that is written anew is read out anew, each time.
function say(place, sentence) {
  if (place.textContent !== sentence) place.textContent = sentence;
}

function part(row, name) {
  return row.querySelector(`[data-part="${name}"]`);
}

let isSending = false;

async function sendWhatIsLeft(things) {
  if (isSending || !things.some(({ state }) => state !== "safe" && state !== "refused")) return;
  isSending = true;
  try {
    await forgetOldOnes(tray.dataset.person);
    await sendAll({ person: tray.dataset.person, headers: pageHeaders, tus: loadTus, sha256Of, isPatient: true });
  } finally {
    isSending = false;
  }
}

/** Load the library with the first recording. What failed without a network would stay failed under its own address. */
async function loadTus() {
  const address = new URL("../../vendor/tus-js-client/4.3.1/tus.min.js", import.meta.url);
  if (!globalThis.tus) await import(address).catch(() => import(`${address}?${Date.now()}`));
  return globalThis.tus;
}

async function lookAgain() {
  await sendWhatIsLeft(await show());
}

if (tray && "indexedDB" in window) {
  onChange(lookAgain);
  addEventListener("online", lookAgain);
  lookAgain();
}
