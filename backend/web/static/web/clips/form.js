/**
 * Forms with a recording: what was written goes out at once, the recording after it, from whichever page is open then.
 *
 * Without a network both are kept on this phone. Without script the form sends what was written.
 */

import { goOnWithoutPage, mayGoOnAlone, tellHowItGoesOn } from "./going-on.js";
import { drop, keep, note } from "./kept.js";
import { Picker } from "./picker.js";
import { pageHeaders, person } from "./page-session.js";
import { NotSent } from "./sending.js";
import { uuid7 } from "./uuid7.js";
import { sendWords } from "./words.js";

const pickers = new WeakMap();

/** Take over the forms `form[data-with-clip]` below `root`. */
export function bindForms(root) {
  for (const form of root.querySelectorAll("form[data-with-clip]")) {
    const picker = form.querySelector("[data-clip-picker]");
    if (picker && !pickers.has(picker)) pickers.set(picker, new Picker(picker));
    if (form.dataset.isBound) continue;
    form.dataset.isBound = "yes";
    tellHowItGoesOn(form, mayGoOnAlone());
    form.addEventListener("submit", (event) => submit(event, form));
  }
}

async function submit(event, form) {
  if (event.submitter?.hasAttribute("data-plain")) return;
  event.preventDefault();
  const picker = pickers.get(form.querySelector("[data-clip-picker]"));
  if (form.ariaBusy === "true") return; // a second tap
  if (picker?.recording) {
    picker.recording.stop();
    await picker.recording.done;
  }
  form.ariaBusy = "true";
  try {
    await sendOrKeep(form, event.submitter, picker?.taken);
  } finally {
    form.ariaBusy = "false";
  }
}

async function sendOrKeep(form, submitter, taken) {
  const thing = thingOf(form, submitter, taken);
  if (taken && !(await isKept(thing, taken))) return complain(form, "no-room");
  try {
    const page = await sendWords(thing.form, pageHeaders());
    if (taken) await note(thing.id, { form: null, page, state: "sending" });
    await taken?.draft?.drop(); // what is sent is kept among what is sent
    form.dispatchEvent(new CustomEvent("cuppa:sent", { bubbles: true, detail: { page } }));
    location.assign(page);
    if (new URL(page, location.href).pathname === location.pathname) location.reload();
  } catch (why) {
    if (!(why instanceof NotSent)) throw why;
    if (why.kind === "give_up") {
      if (taken) await drop(thing.id); // it is still in the form
      return showMistakes(form, why.page);
    }
    if (!form.reportValidity()) return; // what is plainly missing is said now, not when the line is back
    if (!(await isKept({ ...thing, state: "asking" }, taken))) return complain(form, "no-room");
    await taken?.draft?.drop();
    showKept(form, await goOnWithoutPage());
  }
}

function thingOf(form, submitter, taken) {
  const data = new FormData(form, submitter);
  data.delete("csrfmiddlewaretoken"); // it goes as a header, which is that of the day it is sent
  const id = taken ? (taken.id ??= uuid7()) : form.elements[form.dataset.idField].value;
  if (taken) data.set("clip_id", id);
  return {
    id,
    person_id: person(),
    label: data.get("title") || form.dataset.label,
    page: form.dataset.page || location.pathname,
    form: { action: new URL(form.action, location.href).pathname, fields: [...data.entries()] },
    name: taken?.name ?? "",
    type: taken?.blob.type ?? "",
    size_bytes: taken?.blob.size ?? 0,
    stored_bytes: 0,
    sha256: null,
    upload_url: null,
    state: "held",
    said: "",
    kept_at: Date.now(),
  };
}

async function isKept(thing, taken) {
  try {
    await keep(thing, taken?.blob);
    return true;
  } catch {
    return false; // the phone has no room
  }
}

/** Take what the server says of each field; the recording stays where it is. */
function showMistakes(form, page) {
  const answered = new DOMParser().parseFromString(page, "text/html");
  const corrected = answered.querySelector(`form[action="${form.getAttribute("action")}"]`);
  if (!corrected) return complain(form, "refused", answered.body.textContent.trim());
  const picker = form.querySelector("[data-clip-picker]");
  if (picker) corrected.querySelector("[data-clip-picker]")?.replaceWith(document.adoptNode(picker));
  form.replaceChildren(...document.adoptNode(corrected).childNodes);
  (form.querySelector("[aria-invalid=true]") ?? form.querySelector("[role=alert]") ?? form).focus();
  form.dispatchEvent(new CustomEvent("cuppa:corrected", { bubbles: true }));
}

function showKept(form, isAlone) {
  const message = form.querySelector("template[data-kept]").content.cloneNode(true);
  tellHowItGoesOn(message, isAlone);
  form.replaceChildren(message);
  form.querySelector("[tabindex]")?.focus();
}

function complain(form, about, sentence = "") {
  for (const problem of form.querySelectorAll("[data-form-problem]")) {
    problem.hidden = problem.dataset.formProblem !== about;
    if (!problem.hidden && sentence) problem.textContent = sentence;
  }
}
