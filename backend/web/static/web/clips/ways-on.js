/** What can be done about something that was refused: nothing of it is lost until the person says so. */

import { say } from "../page.js";
import { processAgain } from "./after-safe.js";
import { drop, note, recordingOf, replaceRecording, thingsOf } from "./kept.js";
import { whyNoClip } from "./taking.js";

const WORDS = ["title", "fault_code", "text", "description", "note"]; // of a form: what a person wrote
const OF_NO_CLIP = new Set(["thread_closed", "id_taken"]); // another recording would be refused, too
const ANEW = { state: "sending", said: "", refused_for: "", upload_url: null, sha256: null, stored_bytes: 0, corrupt_count: 0 };

/** Let the buttons of the row do what they say. `sentences`: of the tray. */
export function bindWaysOn(row, id, sentences) {
  const on = (name, event, act) => part(row, name).addEventListener(event, async () => act(await thing(row, id)));
  on("retry", "click", tryAgain);
  on("another", "change", (refused) => chooseAnother(refused, part(row, "another"), sentences));
  on("without", "click", goWithout);
  on("save", "click", save);
  on("copy", "click", async (refused) => {
    await navigator.clipboard?.writeText(wordsOf(refused)).catch(() => {}); // no permission: it can be marked by hand
    part(row, "copy").textContent = part(row, "copy").dataset.copied;
  });
}

/** Show what can be done about `refused`, and what was written. */
export function showWaysOn(row, refused) {
  row.dataset.person = refused.person_id;
  const isRefused = refused.state === "refused";
  const hasClip = isRefused && refused.has_recording;
  part(row, "retry").hidden = !isRefused && refused.state !== "rejected";
  part(row, "choose").hidden = !hasClip || OF_NO_CLIP.has(refused.refused_for);
  part(row, "without").hidden = !hasClip;
  part(row, "save").hidden = !hasClip;
  part(row, "drop").hidden = !isRefused || (hasClip && !refused.form);
  const words = isRefused && refused.form ? wordsOf(refused) : "";
  part(row, "wrote").hidden = !words;
  if (part(row, "words").textContent !== words) part(row, "words").textContent = words;
}

async function thing(row, id) {
  return (await thingsOf(row.dataset.person)).find((one) => one.id === id);
}

function tryAgain(refused) {
  if (refused.state === "rejected") return processAgain(refused).catch(() => {}); // without a line it stays as it is
  return note(refused.id, refused.form ? { state: "asking", said: "", answer: "" } : ANEW);
}

async function chooseAnother(refused, input, sentences) {
  const [file] = input.files;
  input.value = "";
  const why = file && whyNoClip(file, Infinity); // how large it may be, the server says
  if (!file || why) return why && say(sentences[asDataName(why)]);
  const changes = { ...ANEW, state: refused.form ? "asking" : "sending", name: file.name, type: file.type, size_bytes: file.size };
  await replaceRecording(refused.id, file, changes).catch(() => say(sentences.noRoom));
}

/** The words have arrived, and stay alone; or they go out alone. */
async function goWithout({ id, form }) {
  if (!form) return drop(id);
  const fields = form.fields.filter(([name]) => name !== "clip_id");
  await note(id, { form: { ...form, fields }, has_recording: false, state: "asking", said: "", answer: "" });
}

async function save({ id, name, type }) {
  const address = URL.createObjectURL(await recordingOf(id));
  Object.assign(document.createElement("a"), { href: address, download: name || `clip.${type.split("/")[1]}` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

function wordsOf({ form }) {
  const said = new Map(form.fields);
  return WORDS.map((name) => said.get(name)).filter(Boolean).join("\n\n");
}

function asDataName(dashed) {
  return dashed.replace(/-(.)/g, (_all, letter) => letter.toUpperCase());
}

function part(row, name) {
  return row.querySelector(`[data-part="${name}"]`);
}
