/** On every page: looks whether this phone has something to send, and loads what sends and shows it only then. */

import { isHere } from "../asking/this-phone.js";
import { onChange, thingsOf } from "./kept.js";

const { person } = document.querySelector("[data-tray]")?.dataset ?? {};

if (person && "indexedDB" in globalThis) {
  isHere(person);
  const stopListening = onChange(begin);
  await begin();

  async function begin() {
    if (!(await thingsOf(person)).length) return;
    stopListening();
    await import("./sending-tray.js");
  }
}
