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
    person.clear();
    machines.clear();
  });
}

function lastFirst(one, other) {
  return other.chosen_at - one.chosen_at || other.seen_at - one.seen_at;
}
