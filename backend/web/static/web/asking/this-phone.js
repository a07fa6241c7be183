/**
 * What this phone remembers for when there is no line: who is signed in, and the machines that they looked at last.
 *
 * It is one person's only. Whoever signs out takes it away, and whoever signs in next finds nothing of it.
 */

const NAME = "cuppa-this-phone";
const PERSON = "person";
const MACHINES = "machines";
const MOST_MACHINES = 60;

let opened = null;

function database() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(PERSON);
      request.result.createObjectStore(MACHINES, { keyPath: "id" });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

async function inStores(mode, work) {
  const transaction = (await database()).transaction([PERSON, MACHINES], mode);
  const request = work(transaction.objectStore(PERSON), transaction.objectStore(MACHINES));
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(request?.result);
    transaction.onabort = () => reject(transaction.error);
  });
}

/** Return the id of who was signed in when there last was a line, or undefined. */
export function personHere() {
  return inStores("readonly", (person) => person.get(PERSON));
}

/** Note who is signed in; what was another's is taken away first. */
export async function isHere(personId) {
  if ((await personHere()) === personId) return;
  await inStores("readwrite", (person, machines) => {
    machines.clear();
    person.put(personId, PERSON);
  });
}

/** Remember machines `{id, tag, model, family, site, codes}`, which were shown or, if `isChosen`, asked about. */
export async function rememberMachines(shown, { isChosen = false } = {}) {
  const known = new Map((await machinesHere()).map((machine) => [machine.id, machine]));
  for (const machine of shown) {
    const chosen_at = isChosen ? Date.now() : (known.get(machine.id)?.chosen_at ?? 0);
    known.set(machine.id, { ...machine, chosen_at, seen_at: Date.now() });
  }
  const left = [...known.values()].sort(lastFirst).slice(0, MOST_MACHINES);
  await inStores("readwrite", (_person, machines) => {
    machines.clear();
    for (const machine of left) machines.put(machine);
  });
}

/** Return the machines that are remembered, those first that were asked about last. */
export async function machinesHere() {
  return (await inStores("readonly", (_person, machines) => machines.getAll())).sort(lastFirst);
}

/** Forget the person and all that was theirs. What they filmed stays until it is sent: clips/kept.js has it. */
export function forgetPerson() {
  return inStores("readwrite", (person, machines) => {
    person.clear();
    machines.clear();
  });
}

function lastFirst(one, other) {
  return other.chosen_at - one.chosen_at || other.seen_at - one.seen_at;
}
