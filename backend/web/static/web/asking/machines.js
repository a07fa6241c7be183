/** Remembers on this phone the machines that a page shows, for when there is no line: elements `[data-machine]`. */

import { isHere, rememberMachines } from "./this-phone.js";

export async function rememberShown() {
  const person = document.querySelector("[data-tray]")?.dataset.person;
  const shown = [...document.querySelectorAll("[data-machine]")].map(({ dataset }) => JSON.parse(dataset.machine));
  if (!person || !shown.length) return;
  await isHere(person);
  await rememberMachines(person, shown, { isChosen: Boolean(document.getElementById("ask-form")) });
}

if ("indexedDB" in globalThis) {
  rememberShown();
  document.addEventListener("htmx:afterSettle", rememberShown);
}
