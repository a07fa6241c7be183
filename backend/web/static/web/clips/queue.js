/**
 * Sends what this phone has kept, one thing after the other, until all of it has arrived.
 *
 * One page at a time does it, or the worker (a lock that all of this phone share); when that one ends, the next goes on.
 */

import { drop, note, onChange, recordingOf, thingsOf } from "./kept.js";
import { NotSent, send } from "./sending.js";
import { sendWords } from "./words.js";

const WAITS_S = [0, 1, 3, 5, 10, 30, 60];
const PAGE_SENDS_FOR_MS = 60_000; // what was just written is sent by the page itself
const LOCK = "cuppa-sending";
const WAITS_FOR_LOCK_MS = 120_000; // browsers let a worker run for about three minutes
const FORGET_SAFE_AFTER_MS = 24 * 3600 * 1000;

/**
 * Send everything that `person` has on this phone; returns when nothing is left that can be sent.
 *
 * `means`: {person, headers(): Promise of what each request carries, tus(): Promise of the library, sha256Of(blob),
 * isPatient}. Who is not patient tries everything once, and rejects when something has to wait or somebody else is
 * sending for long: the browser then calls again.
 */
export function sendAll(means) {
  if (!navigator.locks) return goThrough(means); // two pages at once: the server lets the later one take over
  const options = means.isPatient ? {} : { signal: AbortSignal.timeout(WAITS_FOR_LOCK_MS) };
  return navigator.locks.request(LOCK, options, () => goThrough(means));
}

async function goThrough(means) {
  let waited = 0;
  for (;;) {
    const round = await sendRound(means);
    if (!means.isPatient && (round.waits.length || (await isAnyHeld(means.person)))) throw new NotSent("wait");
    if (!round.waits.length) return;
    waited = round.hasMoved ? 0 : Math.min(waited + 1, WAITS_S.length - 1);
    await somethingHappens(WAITS_S[waited] * (1 + Math.random() / 5));
  }
}

/** Try everything once, words first; returns what has to wait, and whether anything got through. */
async function sendRound(means) {
  const waits = [];
  let hasMoved = false;
  for (let next = await nextOf(means, waits); next; next = await nextOf(means, waits)) {
    try {
      await settle(next, means);
      hasMoved = true;
    } catch (why) {
      if (!(why instanceof NotSent)) throw why;
      waits.push(Object.assign(why, { id: next.id }));
      const now = (await thingsOf(means.person)).find((thing) => thing.id === next.id);
      hasMoved ||= Boolean(now) && now.stored_bytes > next.stored_bytes;
    }
  }
  return { waits, hasMoved };
}

async function nextOf(means, waits) {
  const waiting = new Set(waits.map((why) => why.id));
  const left = (await thingsOf(means.person)).filter((thing) => isUnfinished(thing) && !waiting.has(thing.id));
  return left.find((thing) => thing.form) ?? left[0];
}

/** Whether there is still something to be done for a thing by itself. */
export function isLeft({ state }) {
  return state !== "safe" && state !== "refused" && state !== "rejected";
}

function isUnfinished(thing) {
  if (thing.state === "held") return Date.now() - thing.kept_at > PAGE_SENDS_FOR_MS; // that page was closed
  return isLeft(thing);
}

/** Whether a page is about to send words by itself. It may have been closed: then they are due soon. */
async function isAnyHeld(person) {
  return (await thingsOf(person)).some(({ state }) => state === "held");
}

async function settle(thing, means) {
  try {
    const headers = await means.headers();
    if (thing.form) await settleWords(thing, headers);
    else await settleRecording(thing, { ...means, headers });
  } catch (why) {
    if (!(why instanceof NotSent)) throw why;
    if (why.kind === "wait") {
      await note(thing.id, { said: why.said, waits_for: why.code || "network" });
      throw why;
    }
    if (why.kind === "begin_again") await beginAgain(thing, why);
    else await note(thing.id, { ...refusal(why), page: whereToMend(thing) });
  }
}

function refusal({ said, code, page = "" }) {
  return { state: "refused", said, refused_for: code, answer: page, waits_for: "" };
}

/** Return the page on which what was refused stands again as it was typed, where there is one. */
function whereToMend({ form, page }) {
  if (form?.action !== "/ask") return page;
  const typed = new URLSearchParams(form.fields);
  typed.set("asset", typed.get("asset_id"));
  for (const name of ["asset_id", "thread_id", "clip_id"]) typed.delete(name);
  return `/ask?${typed}`;
}

async function settleWords(thing, headers) {
  const page = await sendWords(thing.form, headers);
  if (thing.has_recording) await note(thing.id, { form: null, page, state: "sending", waits_for: "" });
  else await drop(thing.id);
}

async function settleRecording(thing, means) {
  const recording = await recordingOf(thing.id);
  if (!thing.sha256) {
    const sha256 = await orWait(means.sha256Of(recording));
    if (!(await note(thing.id, { sha256 }))) return;
    thing.sha256 = sha256;
  }
  await send(thing, recording, {
    tus: await orWait(means.tus()),
    headers: means.headers,
    onAddress: (upload_url) => note(thing.id, { upload_url, state: "sending", waits_for: "" }),
    onKept: (stored_bytes) =>
      note(thing.id, { stored_bytes, waits_for: "", state: stored_bytes < thing.size_bytes ? "sending" : "checking" }),
  });
  await note(thing.id, { state: "checking", stored_bytes: thing.size_bytes });
  if (!(await isVerified(thing.id, means.headers))) throw new NotSent("wait");
  await note(thing.id, { state: "safe", has_recording: false, waits_for: "", said: "" });
}

/** What a script cannot be fetched for now, it can be later. */
function orWait(work) {
  return work.catch((why) => {
    throw new NotSent("wait", { code: navigator.onLine ? String(why) : "network" });
  });
}

/** Only the server can say that every byte of the recording is there. */
async function isVerified(clipId, headers) {
  const answer = await fetch(`/api/v1/clips/${clipId}`, { headers, credentials: "same-origin" }).catch(() => null);
  return Boolean(answer?.ok && (await answer.json()).verified);
}

async function beginAgain(thing, why) {
  const corrupt_count = (thing.corrupt_count ?? 0) + (why.code === "upload_corrupt" ? 1 : 0);
  const anew = { upload_url: null, sha256: null, stored_bytes: 0, corrupt_count };
  await note(thing.id, corrupt_count < 2 ? anew : { ...anew, ...refusal(why) });
  throw new NotSent("wait");
}

/** Return after so many seconds; sooner when there is a network again, or something new to send. */
async function somethingHappens(seconds) {
  let stopListening;
  await new Promise((resolve) => {
    setTimeout(resolve, seconds * 1000);
    addEventListener("online", resolve, { once: true });
    stopListening = onChange(resolve);
  });
  stopListening();
}

/** Forget what has been safe for a day. */
export async function forgetOldOnes(personId) {
  for (const thing of await thingsOf(personId)) {
    if (thing.state === "safe" && Date.now() - thing.kept_at > FORGET_SAFE_AFTER_MS) await drop(thing.id);
  }
}
