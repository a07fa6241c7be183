/**
 * Who is signed in on this phone now. The worker and the pages that are kept cannot know it by themselves, and a page that
 * has been open for long may be wrong about it.
 */

import { NotSent } from "./sending.js";

/** Return {person_id, csrf_token} as the server says now; `person_id` is null where nobody is signed in. */
export async function signedIn() {
  const answer = await fetch("/my/sending", { credentials: "same-origin", cache: "no-store" }).catch(() => null);
  if (!answer?.ok) throw new NotSent("wait");
  return answer.json();
}

/** Return what a request of `person` carries. Somebody else's session is never used for what they have filmed. */
export async function headersAs(person) {
  const { person_id, csrf_token } = await signedIn();
  if (person_id !== person) throw new NotSent("wait", { code: "not_signed_in" });
  return { "X-CSRFToken": csrf_token };
}
