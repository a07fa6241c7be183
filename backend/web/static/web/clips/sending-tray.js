/**
 * Sends what this phone has kept, and shows how far it is. tray.js loads it once there is something to show.
 *
 * It says "safe" only when the server has said that it has verified the whole recording.
 */

import { lookAfterSafeOnes } from "./after-safe.js";
import { goOnWithoutPage, tellHowItGoesOn } from "./going-on.js";
import { sha256Of } from "./hashing-aside.js";
import { drop, onChange, thingsOf } from "./kept.js";
import { forgetOldOnes, isLeft, sendAll } from "./queue.js";
import { bindWaysOn, showWaysOn } from "./ways-on.js";
import { headersAs } from "./session.js";

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
  part(tray, "closing").hidden = !shown.some(isLeft);
  tray.hidden = !shown.length;
  document.body.classList.toggle("has-tray", !tray.hidden);
  return things;
}

function newRow(thing) {
  const row = tray.querySelector("template").content.firstElementChild.cloneNode(true);
  part(row, "done").addEventListener("click", () => drop(thing.id));
  bindWaysOn(row, thing.id, tray.dataset);
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
  part(row, "done").hidden = thing.state !== "safe" && thing.state !== "rejected";
  showWaysOn(row, thing);
  row.dataset.state = thing.state;
}

function sentenceOf(thing) {
  const words = tray.dataset;
  if (thing.state === "safe") return words.safe;
  if (thing.state === "refused" || thing.state === "rejected") return `${words[thing.state]}: ${whySaid(thing)}`.replace(/: $/, "");
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

/** Return what the server said: of words, it stands in the page that it answered with. */
function whySaid({ said, answer }) {
  if (said || !answer) return said;
  const page = new DOMParser().parseFromString(answer, "text/html");
  return page.querySelector('.notice.error[role="alert"]:not([hidden]), .problem[id$="_error"]')?.textContent.trim() ?? "";
}

let isSending = false;
let hasChanged = false; // while it was sending: what is new may have come just after the last look

async function sendWhatIsLeft(things) {
  hasChanged = true;
  if (isSending || !things.some(isLeft)) return;
  isSending = true;
  hasChanged = false;
  const { person } = tray.dataset;
  try {
    tellHowItGoesOn(tray, await goOnWithoutPage());
    await forgetOldOnes(person);
    await sendAll({ person, headers: () => headersAs(person), tus: loadTus, sha256Of, isPatient: true });
  } finally {
    isSending = false;
  }
  if (hasChanged) await lookAgain();
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

onChange(lookAgain);
addEventListener("online", lookAgain);
// The browser gives up calling after three times: whoever leaves asks anew.
document.addEventListener("visibilitychange", () => document.hidden && isSending && goOnWithoutPage());
lookAgain();
lookAfterSafeOnes(tray.dataset.person);
