/**
 * The how-tos that this phone keeps: the page, the bytes that it plays, and facts of each, in one cache a person. Signing
 * out takes the cache away with all others that are somebody's (worker/forgetting.js).
 *
 * Facts: {id, number, title, mark, way: "film", "small" or "sound", bytes, kept_at, state: "current", "changed", "unsafe"
 * or "gone", said}. What is unsafe or gone has facts alone: they stand here until somebody has read them.
 */

const NAMED = "kept-";
const FACTS = "/facts";

const shelfOf = (person) => caches.open(NAMED + person);
const placeOf = (id) => `/kept/${id}`;

/** Return the facts of everything that is kept for `person`, the latest first. */
export async function listKept(person) {
  if (!(await caches.has(NAMED + person))) return [];
  const shelf = await shelfOf(person);
  const keys = (await shelf.keys()).filter(({ url }) => url.endsWith(FACTS));
  const facts = await Promise.all(keys.map(async (key) => (await shelf.match(key)).json()));
  return facts.sort((one, other) => other.kept_at - one.kept_at);
}

/** Return the facts of one, or undefined. */
export async function findKept(person, id) {
  return (await listKept(person)).find((facts) => facts.id === id);
}

/** Put a how-to there: `page` and `files` are pairs of place and answer. Facts come last: half of it is none of it. */
export async function putKept(person, facts, page, files) {
  await takeBytes(person, facts.id);
  const shelf = await shelfOf(person);
  for (const [place, answer] of files) await shelf.put(place, answer);
  await shelf.put(placeOf(facts.id), page);
  await noteFacts(person, facts);
}

/** Note what is said of it now. */
export async function noteFacts(person, facts) {
  const answer = new Response(JSON.stringify(facts), { headers: { "Content-Type": "application/json" } });
  await (await shelfOf(person)).put(placeOf(facts.id) + FACTS, answer);
}

/** Take its bytes away; the facts stay. */
export async function takeBytes(person, id) {
  const shelf = await shelfOf(person);
  const of = (path) => path === placeOf(id) || (path.startsWith(`${placeOf(id)}/`) && !path.endsWith(FACTS));
  const keys = (await shelf.keys()).filter(({ url }) => of(new URL(url).pathname));
  await Promise.all(keys.map((key) => shelf.delete(key)));
}

/** Take it away whole. */
export async function dropKept(person, id) {
  await takeBytes(person, id);
  await (await shelfOf(person)).delete(placeOf(id) + FACTS);
}

/** Return the page or the file that is kept at this path, or undefined. */
export async function keptAt(person, path) {
  return (await caches.has(NAMED + person)) ? (await shelfOf(person)).match(path) : undefined;
}

/** Return the file of the pages that was kept with any of them, or undefined. */
export async function keptWithPages(person, path) {
  if (!(await caches.has(NAMED + person))) return undefined;
  const shelf = await shelfOf(person);
  const key = (await shelf.keys()).find(({ url }) => url.endsWith(path));
  return key && shelf.match(key);
}
