/** A kept how-to that is being read: as soon as there is a line, it hears whether it is still safe. */

import { personHere } from "../asking/this-phone.js";
import { checkKept, takenAway } from "./checking.js";
import { findKept } from "./shelf.js";

const { kept: id } = document.querySelector("[data-kept]").dataset;
const person = await personHere();

async function check() {
  const isAway = takenAway(await checkKept(person)).some((facts) => facts.id === id);
  if (isAway) location.assign("/kept"); // it says there why
}

const facts = await findKept(person, id);
if (facts) {
  const at = new Date(facts.kept_at).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short", hourCycle: "h23" });
  for (const place of document.querySelectorAll("[data-kept-at]")) place.textContent = at;
}
addEventListener("online", check);
if (navigator.onLine) await check();
else (await navigator.serviceWorker.getRegistration())?.sync?.register("cuppa-kept").catch(() => {}); // page open or not
