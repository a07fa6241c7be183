/**
 * Recordings that were neither sent nor taken away yet, on the disk second by second: a system that ends the page, for
 * want of memory or of battery, takes the last second with it and no more.
 *
 * One draft: {id, person_id, place, name, type, began_at}; `place` is where its form is sent. Its pieces lie in a store of
 * their own, by [id, number]. The page that has a draft holds a lock on it, which ends with the page.
 */

import { openStores } from "../stores.js";
import { thingsOf } from "./kept.js";
import { uuid7 } from "./uuid7.js";

const KEPT_FOR_MS = 7 * 24 * 3600_000;

const inStores = openStores("cuppa-drafts", { drafts: { keyPath: "id" }, pieces: {} });

export class Draft {
  /** `lock`: a promise of what gives it up. `isWhole`: whether all that was recorded is on the disk. */
  constructor(row, lock) {
    this.row = row;
    this.lock = lock;
    this.isWhole = true;
    this.count = 0;
  }

  get id() {
    return this.row.id;
  }

  /** Keep one piece more; where there is no room, `isWhole` says so. */
  async add(piece) {
    const key = [this.id, this.count++];
    try {
      await inStores("readwrite", (drafts, pieces) => {
        drafts.put(this.row);
        pieces.put(piece, key);
      });
    } catch (why) {
      this.isWhole = false;
      console.warn("no room for a draft", why);
    }
  }

  async drop() {
    await drop(this.id);
    (await this.lock)();
  }
}

/** Return a new draft of `personId`, of which nothing is kept before its first piece. */
export function beginDraft(personId, { place, name, type }) {
  const row = { id: uuid7(), person_id: personId, place, name, type, began_at: Date.now() };
  return new Draft(row, hold(row.id));
}

/** Return the newest draft that `personId` left at `place` as {draft, blob}, or null. */
export async function draftLeft(personId, place) {
  const all = await inStores("readonly", (drafts) => drafts.getAll());
  for (const row of all.reverse()) {
    if (Date.now() - row.began_at > KEPT_FOR_MS) await drop(row.id);
    else if (row.person_id === personId && row.place === place) {
      const found = await takeOver(row);
      if (found) return found;
    }
  }
  return null;
}

async function takeOver(row) {
  const lock = await hold(row.id);
  if (!lock) return null; // another page has it
  const draft = new Draft(row, lock);
  const isOnItsWay = (await thingsOf(row.person_id)).some(({ id }) => id === row.id);
  if (!isOnItsWay) return { draft, blob: await blobOf(row) };
  await draft.drop();
  return null;
}

async function blobOf({ id, type }) {
  const pieces = await inStores("readonly", (_drafts, all) => all.getAll(piecesOf(id)));
  return new Blob(pieces, { type });
}

function drop(id) {
  return inStores("readwrite", (drafts, pieces) => {
    drafts.delete(id);
    pieces.delete(piecesOf(id));
  });
}

const piecesOf = (id) => IDBKeyRange.bound([id], [id, Infinity]);

/** Hold a draft until the page ends or what this resolves to is called; null: another page holds it. */
async function hold(id) {
  if (!navigator.locks) return () => {};
  return new Promise((resolve) => {
    navigator.locks.request(`cuppa-draft-${id}`, { ifAvailable: true }, (lock) => {
      if (!lock) return resolve(null);
      return new Promise((release) => resolve(release));
    });
  });
}
