/** Takes away from this phone what was somebody's when they sign out. What they filmed waits for them: it was never sent. */

import { forgetPerson } from "../asking/this-phone.js";
import { signedOutHere } from "../push/registering.js";

const NOBODYS = "shell-"; // every other cache is a person's

/** Forget the person and every cache that is theirs. */
export async function forgetWhoWasHere() {
  const theirs = (await caches.keys()).filter((name) => !name.startsWith(NOBODYS));
  await Promise.all([forgetPerson(), signedOutHere(self.registration), ...theirs.map((name) => caches.delete(name))]);
}
