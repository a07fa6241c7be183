/**
 * Once there is a line, asks what became of what is kept: what is unsafe is taken away at once, and says so until it was
 * read; what has changed is noted. In pages and in the worker.
 */

import { listKept, noteFacts, takeBytes } from "./shelf.js";

const AWAY = new Set(["unsafe", "gone"]);

/** Ask; returns the facts of all that is kept, as they are now. Without a line they are as they were. */
export async function checkKept(person) {
  const kept = await listKept(person);
  const there = kept.filter(({ state }) => !AWAY.has(state));
  const told = there.length ? await statesOf(there) : new Map();
  return Promise.all(kept.map((facts) => settle(person, facts, told.get(facts.id))));
}

async function statesOf(kept) {
  const asked = new URLSearchParams(kept.map(({ id, number, mark }) => ["kept", `${id}.${number}.${mark}`]));
  try {
    const answer = await fetch(`/kept/states?${asked}`, { credentials: "same-origin", cache: "no-store" });
    const { items } = await answer.json(); // no JSON: nobody is signed in any more
    return new Map(items.map((item) => [item.id, item]));
  } catch {
    return new Map();
  }
}

async function settle(person, facts, told) {
  if (!told || told.state === facts.state) return facts;
  const now = { ...facts, state: told.state, said: told.said, newest: told.number };
  await noteFacts(person, now); // before its bytes: who is cut off here is told, and not left with it
  if (AWAY.has(now.state)) await takeBytes(person, now.id);
  return now;
}

/** Return those that were taken away and nobody has read of yet. */
export const takenAway = (kept) => kept.filter(({ state }) => AWAY.has(state));
