/** What arrived whole may still turn out to be of no use when it is made playable: whoever filmed it learns so here, too. */

import { note, thingsOf } from "./kept.js";
import { headersAs } from "./session.js";
import { uuid7 } from "./uuid7.js";

/** Note which of the safe recordings of `person` were rejected since. */
export async function lookAfterSafeOnes(person) {
  const safe = (await thingsOf(person)).filter(({ state }) => state === "safe");
  for (const { id } of safe) {
    const answer = await fetch(`/api/v1/clips/${id}`, { credentials: "same-origin" }).catch(() => null);
    if (!answer?.ok) continue;
    const { status, rejection } = await answer.json();
    if (status === "rejected") await note(id, { state: "rejected", said: rejection?.reason ?? "" });
  }
}

/** Have a rejected recording of `person` made playable once more: it is all there. */
export async function processAgain({ id, person_id }) {
  const headers = { ...(await headersAs(person_id)), "Idempotency-Key": uuid7() };
  const answer = await fetch(`/api/v1/clips/${id}/retry`, { method: "POST", headers, credentials: "same-origin" });
  if (answer.ok) await note(id, { state: "safe", said: "" });
}
