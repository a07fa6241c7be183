/** "Kept here": what this phone keeps, with or without a line, and what had to be taken away. */

import { personHere } from "../asking/this-phone.js";
import { checkKept, takenAway } from "./checking.js";
import { dropKept, listKept } from "./shelf.js";

const list = document.getElementById("kept");
const away = document.getElementById("taken-away");
const person = await personHere();

function fromTemplate(name, facts) {
  const row = document.querySelector(`template[data-row="${name}"]`).content.firstElementChild.cloneNode(true);
  for (const place of row.querySelectorAll("[data-of]")) place.textContent = wordsFor(place.dataset.of, facts);
  for (const one of row.querySelectorAll("[data-when]")) one.hidden = ![facts.state, facts.way].includes(one.dataset.when);
  const link = row.querySelector("a");
  if (link) link.href = link.dataset.to === "kept" ? `/kept/${facts.id}` : `/howtos/${facts.id}`;
  row.querySelector("button").addEventListener("click", async () => {
    await dropKept(person, facts.id);
    show(await listKept(person));
  });
  return row;
}

function wordsFor(what, facts) {
  const language = document.documentElement.lang;
  if (what === "bytes") return `${(facts.bytes / 1e6).toLocaleString(language, { maximumFractionDigits: 1 })} MB`;
  if (what === "kept_at") return momentOf(facts.kept_at);
  return facts[what];
}

function momentOf(ms) {
  return new Date(ms).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short", hourCycle: "h23" });
}

function show(kept) {
  const gone = takenAway(kept);
  const there = kept.filter((facts) => !gone.includes(facts));
  away.replaceChildren(...gone.map((facts) => fromTemplate("away", facts)));
  list.replaceChildren(...there.map((facts) => fromTemplate("kept", facts)));
  list.hidden = !there.length;
  document.getElementById("nothing").hidden = kept.length > 0;
}

if (person) {
  show(await listKept(person)); // at once; what the server says may be long in coming
  show(await checkKept(person));
  addEventListener("online", async () => show(await checkKept(person)));
} else {
  show([]);
}
