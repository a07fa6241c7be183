/**
 * What this browser remembers of being told things, in IndexedDB: pages and the worker both read it.
 *
 * Facts, by name: "registration" (push/registering.js), "shown" (push/showing.js). Replies: what was said from a
 * notification and has not arrived (push/replies.js), each by its id.
 */

import { openStores } from "../stores.js";

const inStores = openStores("cuppa-told", { facts: {}, replies: { keyPath: "id" } });

export const factOf = (name) => inStores("readonly", (facts) => facts.get(name));
export const keepFact = (name, fact) => inStores("readwrite", (facts) => facts.put(fact, name));
export const dropFact = (name) => inStores("readwrite", (facts) => facts.delete(name));

/** Return the replies that have not arrived, the oldest first: their ids are UUIDv7. */
export const keptReplies = () => inStores("readonly", (_facts, replies) => replies.getAll());
export const keepReply = (reply) => inStores("readwrite", (_facts, replies) => replies.put(reply));
export const dropReplies = () => inStores("readwrite", (_facts, replies) => replies.clear());
export const dropReply = (id) => inStores("readwrite", (_facts, replies) => replies.delete(id));
