/**
 * What this browser remembers of being told things, in IndexedDB: pages and the worker both read it.
 *
 * Facts, by name: "registration" (push/registering.js). Replies: what was said from a notification and has not arrived
 * (push/replies.js), each by its id.
 */

const NAME = "cuppa-told";
const FACTS = "facts";
const REPLIES = "replies";

let opened = null;

function database() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(FACTS);
      request.result.createObjectStore(REPLIES, { keyPath: "id" });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

async function inStore(name, mode, work) {
  const transaction = (await database()).transaction(name, mode);
  const request = work(transaction.objectStore(name));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = () => reject(transaction.error);
  });
}

export const factOf = (name) => inStore(FACTS, "readonly", (facts) => facts.get(name));
export const keepFact = (name, fact) => inStore(FACTS, "readwrite", (facts) => facts.put(fact, name));
export const dropFact = (name) => inStore(FACTS, "readwrite", (facts) => facts.delete(name));

/** Return the replies that have not arrived, the oldest first: their ids are UUIDv7. */
export const keptReplies = () => inStore(REPLIES, "readonly", (replies) => replies.getAll());
export const keepReply = (reply) => inStore(REPLIES, "readwrite", (replies) => replies.put(reply));
export const dropReplies = () => inStore(REPLIES, "readwrite", (replies) => replies.clear());
export const dropReply = (id) => inStore(REPLIES, "readwrite", (replies) => replies.delete(id));
