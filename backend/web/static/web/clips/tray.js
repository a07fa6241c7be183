/** On every page: looks whether this phone has something to send, and loads what sends and shows it only then. */

import { isHere } from "../asking/this-phone.js";
import { onChange, thingsOf } from "./kept.js";

const { person } = document.querySelector("[data-tray]")?.dataset ?? {};

if (person && "indexedDB" in globalThis) {
  isHere(person);
  let isLoading = false;
  let failures = 0;
  const stopListening = onChange(begin);
  addEventListener("online", begin);
  await begin();

  async function begin() {
    if (isLoading || !(await thingsOf(person)).length) return;
    isLoading = true;
    try {
      await load();
      stopListening();
      removeEventListener("online", begin);
    } catch (lost) {
      console.warn(lost); // it comes with the line
      isLoading = false;
      failures += 1;
    }
  }

  /** What failed without a line would stay failed under its own address. */
  function load() {
    return failures ? import(`./sending-tray.js?again=${failures}`) : import("./sending-tray.js");
  }
}
