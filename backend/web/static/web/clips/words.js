/** Sends what was written: the form that the page would have sent, under the ids that were chosen with it. */

import { NotSent } from "./sending.js";

const SILENT_AFTER_MS = 30_000; // a line that answers nothing is none: the words are kept, and go out again

/** Send a form `{action, fields}`; returns the address to go on to. Sending it again is safe: its ids are its own. */
export async function sendWords(form, headers) {
  const answer = await fetch(form.action, {
    method: "POST",
    headers: { ...headers, "HX-Request": "true", "Content-Type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(form.fields),
    credentials: "same-origin",
    signal: AbortSignal.timeout(SILENT_AFTER_MS),
  }).catch(() => {
    throw new NotSent("wait");
  });
  const goOn = answer.headers.get("HX-Redirect");
  if (answer.ok && goOn && !isSignIn(goOn)) return goOn;
  if (answer.status >= 500 || answer.status === 429 || answer.status === 409) throw new NotSent("wait");
  if (answer.status === 401 || answer.status === 403 || (goOn && isSignIn(goOn))) throw new NotSent("wait", { code: "not_signed_in" });
  throw Object.assign(new NotSent("give_up", { said: "" }), { page: await answer.text() });
}

function isSignIn(address) {
  return new URL(address, globalThis.location.href).pathname.startsWith("/sign-in");
}
