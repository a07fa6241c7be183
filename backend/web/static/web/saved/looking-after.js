/** On every page of a phone that keeps how-tos: what became unsafe is said at once; what has changed is fetched anew. */

import { isLowData } from "../clips/low-data.js";
import { checkKept, takenAway } from "./checking.js";
import { keep, waysToKeep } from "./keeping.js";

/** Check what `person` keeps, now and whenever there is a line again. */
export function lookAfterKept(person) {
  const check = () => lookOnce(person).catch((why) => console.warn(why)); // on the next page, then
  addEventListener("online", check);
  return check();
}

async function lookOnce(person) {
  const kept = await checkKept(person);
  const notice = document.querySelector("[data-kept-notice]");
  if (notice) notice.hidden = !takenAway(kept).length || location.pathname === "/kept"; // there it says why
  if (isLowData()) return; // the list of what is kept says that there is a newer one
  for (const facts of kept.filter(({ state }) => state === "changed")) {
    await keep(person, await waysToKeep(facts.id, facts.newest), facts.way, () => {});
  }
}
