/**
 * What this phone still has to send, kept in IndexedDB: it survives a closed page, a crash and days without a network.
 *
 * One thing to send: {
 *   id: of the clip, or of what was written when there is no clip,
 *   person_id: whose session it goes under; another person on this phone neither sees nor sends it,
 *   label, page: what it is called here, and where to look at it,
 *   form: {action, fields} while nobody knows that the words have arrived, else null,
 *   blob, type, name: the recording, or null; gone once the server has verified it,
 *   size_bytes, stored_bytes: of the recording; how much of it the server said that it has,
 *   sha256, upload_url: once they are known,
 *   state: "held" (its page sends the words just now), "asking" (they wait), "sending", "checking", "safe" or "refused",
 *   said: why it was refused, or what it waits for,
 *   kept_at: milliseconds since 1970, by this phone's clock
 * }
 */

const NAME = "cuppa-to-send";
const STORE = "things";
const CHANNEL = "cuppa-to-send";

let opened = null;

function database() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "id" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

async function inStore(mode, work) {
  const transaction = (await database()).transaction(STORE, mode);
  const request = work(transaction.objectStore(STORE));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(transaction.error);
  });
}

/** Keep a thing to send; returns once it is on the disk. Rejects when the phone has no room. */
export async function keep(thing) {
  await inStore("readwrite", (store) => store.put(thing));
  tellPages();
}

/** Return what `personId` has to send or has just sent, the oldest first. */
export async function thingsOf(personId) {
  const all = await inStore("readonly", (store) => store.getAll());
  return all.filter((thing) => thing.person_id === personId).sort((one, other) => one.kept_at - other.kept_at);
}

/** Note `changes` of a thing; returns it as it is now, or null when it was dropped meanwhile. */
export async function note(id, changes) {
  const transaction = (await database()).transaction(STORE, "readwrite");
  const store = transaction.objectStore(STORE);
  let noted = null;
  const found = store.get(id);
  found.onsuccess = () => {
    if (!found.result) return;
    noted = { ...found.result, ...changes };
    store.put(noted);
  };
  await new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    transaction.onabort = () => reject(transaction.error);
  });
  tellPages();
  return noted;
}

/** Forget a thing. */
export async function drop(id) {
  await inStore("readwrite", (store) => store.delete(id));
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
