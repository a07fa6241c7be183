/**
 * What this phone remembers for when there is no line: who is signed in, and the machines that they looked at last.
 *
 * It is one person's only. Whoever signs out takes it away, and whoever signs in next finds nothing of it.
 */

import { openStores } from "../stores.js";

// The keys of that store.
const PERSON = "person";
const SIGNED_OUT = "signed_out";
const MOST_MACHINES = 60;

const inStores = openStores("cuppa-this-phone", { person: {}, machines: { keyPath: "id" } });

/** Return the id of who was signed in when there last was a line, or undefined. */
export function personHere() {
  return inStores("readonly", (person) => person.get(PERSON));
}

/** Note who is signed in; what was another's is taken away first. */
export function isHere(personId) {
  return inStores("readwrite", (person, machines) => {
    person.get(PERSON).onsuccess = ({ target }) => {
      if (target.result === personId) return;
      machines.clear();
      person.put(personId, PERSON);
    };
  });
}

/**
 * Remember machines `{id, tag, model, family, site, codes}`, which `personId` was shown or, if `isChosen`, asked about.
 * Nothing is remembered for who has signed out meanwhile.
 */
export function rememberMachines(personId, shown, { isChosen = false } = {}) {
  return inStores("readwrite", (person, machines) => {
    person.get(PERSON).onsuccess = ({ target }) => {
      if (target.result !== personId) return;
      machines.getAll().onsuccess = ({ target: { result: known } }) => {
        machines.clear();
        for (const machine of lastOf(known, shown, isChosen)) machines.put(machine);
      };
    };
  });
}

function lastOf(known, shown, isChosen) {
  const now = Date.now();
  const all = new Map(known.map((machine) => [machine.id, machine]));
  for (const machine of shown) {
    const chosen_at = isChosen ? now : (all.get(machine.id)?.chosen_at ?? 0);
    all.set(machine.id, { ...machine, chosen_at, seen_at: now });
  }
  return [...all.values()].sort(lastFirst).slice(0, MOST_MACHINES);
}

/** Return the machines that are remembered, those first that were asked about last. */
export async function machinesHere() {
  return (await inStores("readonly", (_person, machines) => machines.getAll())).sort(lastFirst);
}

/** Forget the person and all that was theirs. What they filmed stays until it is sent: clips/kept.js has it. */
export function forgetPerson() {
  return inStores("readwrite", (person, machines) => {
    person.delete(PERSON);
    machines.clear();
  });
}

/** Note that whoever is here signs out, and that the server does not know it yet. */
export function oweSignOut() {
  return inStores("readwrite", (person) => {
    person.get(PERSON).onsuccess = ({ target }) => person.put({ person_id: target.result ?? null }, SIGNED_OUT);
  });
}

/** Return {person_id} of whose sign-out the server does not know yet, null where this phone does not know either; or undefined. */
export const signOutOwed = () => inStores("readonly", (person) => person.get(SIGNED_OUT));

/** The server knows it. */
export const signOutIsKnown = () => inStores("readwrite", (person) => person.delete(SIGNED_OUT));

function lastFirst(one, other) {
  return other.chosen_at - one.chosen_at || other.seen_at - one.seen_at;
}
