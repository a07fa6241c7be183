/**
 * Asking without a line: the page that the worker gives in the place of /ask. It is the same for everybody; whose it is,
 * and which machines they know, this phone remembers.
 */

import { signedIn } from "../clips/session.js";
import { uuid7 } from "../clips/uuid7.js";
import { machinesHere, personHere, rememberMachines } from "./this-phone.js";

const form = document.getElementById("ask-form");
const choosing = document.getElementById("choosing");
const asked = new URLSearchParams(location.search);
document.getElementById("offline-notice").remove(); // this page says so itself
const [person, machines] = await Promise.all([personHere(), machinesHere()]);

if (!person) location.replace("/ask"); // nobody is signed in: there is nobody to ask for
document.querySelector("[data-tray]").dataset.person = person;
await import("../clips/tray.js"); // both look at once whose page it is
await import("./ask.js");
fillIn();
const named = asked.get("asset") ?? "";
const machine = machines.find(({ id, tag }) => named.includes(id) || named.toLowerCase() === tag.toLowerCase());
if (machine) askAbout(machine);
else chooseMachine();
document.getElementById("unknown").hidden = !named || Boolean(machine);
form.querySelector("[name=another]").addEventListener("click", (event) => {
  event.preventDefault();
  chooseMachine();
});
document.getElementById("id_q").addEventListener("input", listMachines);
choosing.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
addEventListener("online", renewToken);
renewToken();

/** Put back what stands in the address: a reload loses nothing of it. */
function fillIn() {
  form.elements.thread_id.value = uuid7();
  for (const name of ["title", "fault_code", "description", "urgency"]) {
    if (asked.has(name)) form.elements[name].value = asked.get(name);
  }
}

function chooseMachine() {
  form.hidden = true;
  choosing.hidden = false;
  listMachines();
}

function askAbout(chosen) {
  form.elements.asset_id.value = chosen.id;
  for (const place of form.querySelectorAll("[data-of-machine]")) place.textContent = chosen[place.dataset.ofMachine];
  document.getElementById("codes").replaceChildren(...chosen.codes.map(asOption));
  form.hidden = false;
  choosing.hidden = true;
  history.replaceState(null, "", `/ask?${new URLSearchParams({ ...Object.fromEntries(asked), asset: chosen.id })}`);
  rememberMachines(person, [chosen], { isChosen: true });
}

function asOption({ shown, meaning }) {
  return Object.assign(document.createElement("option"), { value: shown, textContent: meaning });
}

function listMachines() {
  const words = document.getElementById("id_q").value.toLowerCase().split(/\s+/).filter(Boolean);
  const fitting = machines.filter((one) => {
    const said = [one.tag, one.model, one.family, one.site].join(" ").toLowerCase();
    return words.every((word) => said.includes(word));
  });
  const list = choosing.querySelector(".rows");
  list.replaceChildren(...fitting.map(asRow));
  list.hidden = !fitting.length;
  document.getElementById("none").hidden = Boolean(fitting.length);
}

function asRow(one) {
  const row = choosing.querySelector("template").content.firstElementChild.cloneNode(true);
  for (const place of row.querySelectorAll("[data-of-machine]")) place.textContent = one[place.dataset.ofMachine];
  row.querySelector("a").href = `/ask?asset=${one.id}`;
  row.querySelector("a").addEventListener("click", (event) => {
    event.preventDefault(); // what was typed and filmed stays
    askAbout(one);
    document.getElementById("id_title").focus();
  });
  return row;
}

/** Once there is a line, the form is sent with the token of now. */
async function renewToken() {
  const now = await signedIn().catch(() => null);
  if (now?.person_id === person) document.querySelector('meta[name="csrf-token"]').content = now.csrf_token;
}
