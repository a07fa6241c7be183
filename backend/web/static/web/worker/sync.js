/**
 * Sends what this phone has kept when no page is open. The browser calls when there is a line, and again after 5 and 15
 * minutes while something is left; each call goes on where the server stands, wherever the one before was ended.
 */

import "../../vendor/tus-js-client/4.3.1/tus.min.js"; // a worker may load nothing later
import { TAG } from "../clips/going-on.js";
import { sha256Of } from "../clips/hashing.js";
import { sendAll } from "../clips/queue.js";
import { headersAs, signedIn } from "../clips/session.js";
import { tellOfSignOut } from "./signing-out.js";

self.addEventListener("sync", (event) => {
  if (event.tag === TAG) event.waitUntil(sendWhatIsLeft(event.lastChance));
});

/** Send what belongs to whoever is signed in now; rejects while something is left, so that the browser calls again. */
async function sendWhatIsLeft(isLastCall) {
  await tellOfSignOut();
  const { person_id: person } = await signedIn();
  if (!person) return; // whoever signs in opens a page, and that asks for the next call
  try {
    await sendAll({ person, headers: () => headersAs(person), tus: async () => self.tus, sha256Of, isPatient: false });
  } catch (left) {
    // Without an open page some browsers refuse this; then the next page asks.
    if (isLastCall) await self.registration.sync.register(TAG).catch(() => {});
    throw left;
  }
}
