/**
 * What this phone still has to send, kept in IndexedDB: it survives a closed page, a crash and days without a network.
 *
 * One thing to send: {
 *   id: of the clip, or of what was written when there is no clip,
 *   person_id: whose session it goes under; another person on this phone neither sees nor sends it,
 *   label, page: what it is called here, and where to look at it,
 *   form: {action, fields} while nobody knows that the words have arrived, else null,
 *   has_recording, type, name: whether there is a recording, which lies in a store of its own: whatever is noted of a thing
 *     is written anew, and a film should not be; it is gone once the server has verified it,
 *   size_bytes, stored_bytes: of the recording; how much of it the server said that it has,
 *   sha256, upload_url: once they are known,
 *   state: "held" (its page sends the words just now), "asking" (they wait), "sending", "checking", "safe", "refused", or
 *     "rejected": it arrived, and then turned out to be of no use,
 *   said: why it was refused or rejected, or what it waits for; refused_for: its code; answer: the page that said why,
 *   kept_at: milliseconds since 1970, by this phone's clock
 * }
 */

import { openStores } from "../stores.js";

const CHANNEL = "cuppa-to-send";

const inStores = openStores("cuppa-to-send", { things: { keyPath: "id" }, recordings: {} });

/** Keep a thing to send, and its `recording` if there is one; returns once it is on the disk. Rejects without room. */
export async function keep(thing, recording = null) {
  await inStores("readwrite", (things, recordings) => {
    if (recording) recordings.put(recording, thing.id);
    things.put({ ...thing, has_recording: Boolean(recording) });
  });
  tellPages();
}

/** Return what `personId` has to send or has just sent, the oldest first. */
export async function thingsOf(personId) {
  const all = await inStores("readonly", (things) => things.getAll());
  return all.filter((thing) => thing.person_id === personId).sort((one, other) => one.kept_at - other.kept_at);
}

/** Return the recording of a thing, or undefined. */
export function recordingOf(id) {
  return inStores("readonly", (_things, recordings) => recordings.get(id));
}

/** Note `changes` of a thing; returns it as it is now, or null when it was dropped meanwhile. */
export async function note(id, changes) {
  let noted = null;
  await inStores("readwrite", (things, recordings) => {
    const found = things.get(id);
    found.onsuccess = () => {
      if (!found.result) return;
      noted = { ...found.result, ...changes };
      things.put(noted);
      if (!noted.has_recording) recordings.delete(id);
    };
  });
  tellPages();
  return noted;
}

/** Put another recording in the place of one; it is sent from its beginning. Rejects without room. */
export async function replaceRecording(id, recording, changes) {
  await inStores("readwrite", (things, recordings) => {
    const found = things.get(id);
    found.onsuccess = () => {
      if (!found.result) return;
      recordings.put(recording, id);
      things.put({ ...found.result, ...changes, has_recording: true });
    };
  });
  tellPages();
}

/** Forget a thing. */
export async function drop(id) {
  await inStores("readwrite", (things, recordings) => {
    things.delete(id);
    recordings.delete(id);
  });
  tellPages();
}

const channel = "BroadcastChannel" in globalThis ? new BroadcastChannel(CHANNEL) : null;
const listeners = new Set();

/** Call `listener` whenever something kept has changed, in this page or another one, until the result is called. */
export function onChange(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function tellPages() {
  channel?.postMessage("changed");
  for (const listener of listeners) listener();
}

channel?.addEventListener("message", () => {
  for (const listener of listeners) listener();
});
