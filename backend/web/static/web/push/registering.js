/**
 * Being told things in this browser: its push address is made known to Firebase, and Firebase's name for it to Cuppa,
 * for whoever is signed in. "registration" in push/kept.js holds what that needs when it has to be done again:
 * {config, installation, fid, person, device_id, renewed_at}; without the last, it has to be.
 */

import { signedIn } from "../clips/session.js";
import { uuid7 } from "../clips/uuid7.js";
import { createRegistration, deleteRegistration, installationFor } from "./firebase.js";
import { dropFact, dropReplies, factOf, keepFact } from "./kept.js";

const FACT = "registration";
const RENEWED_EVERY_MS = 24 * 3600_000;

/** Cuppa did not take it; `said` is its sentence, or "". */
export class NotRegistered extends Error {
  constructor(status, said) {
    super(`${status} ${said}`);
    this.said = said;
  }
}

/** Return what this browser is registered as, or undefined. */
export const registrationHere = () => factOf(FACT);

/**
 * Register this browser for whoever is signed in. `config`: as push/firebase.js has it.
 * Safe to repeat: the same browser keeps its name, unless Firebase has forgotten it.
 *
 * Rejects with a DOMException when the browser refuses, `FirebaseRefused`, or `NotRegistered`.
 */
export async function registerHere(worker, config) {
  const before = await factOf(FACT);
  const subscription = await subscribe(worker, config.vapid_key);
  const installation = await installationFor(config, before?.installation);
  const fid = await createRegistration(config, installation, subscription);
  const known = { config, installation, fid };
  await keepFact(FACT, known); // before Cuppa answers: a page that is closed now says it again later
  await tellCuppa(known);
}

/**
 * It belongs to whoever is signed in now, `person`; the same one's is renewed once a day. What they have removed meanwhile,
 * or Firebase has forgotten, stays away until they tap again.
 */
export async function registerAnew(worker, person) {
  const known = await factOf(FACT);
  if (!known || (known.person === person && Date.now() - known.renewed_at < RENEWED_EVERY_MS)) return;
  if (known.person === person && !(await isListed(known.device_id))) await forgetHere(worker);
  else await tellCuppa(known);
}

/** The browser has changed its push address; in the worker, with no page open. */
export async function registerAgain(worker) {
  const known = await factOf(FACT);
  if (known) await registerHere(worker, known.config);
}

/** Signing out ended the registration: what was shown to whoever that was is taken away, and the next one is told anew. */
export async function signedOutHere(worker) {
  const known = await factOf(FACT);
  if (known) await keepFact(FACT, { ...known, person: null, renewed_at: 0 });
  await dropReplies(); // their tokens ended with the session
  for (const one of await worker.getNotifications()) one.close();
}

/** Return whether there is somebody whom a push may tell what it is about: one that was on its way may find nobody. */
export async function isSomebodyToldHere() {
  return (await factOf(FACT))?.person !== null;
}

/** Be told nothing here any more. Cuppa first: what Firebase may still bring would have no owner. */
export async function unregisterHere(worker) {
  const { config, installation, device_id } = (await factOf(FACT)) ?? {};
  if (device_id) await ask("DELETE", `/api/v1/devices/${device_id}`);
  await forgetHere(worker);
  if (installation) await deleteRegistration(config, installation).catch(() => {}); // it ends by itself, unused
}

async function forgetHere(worker) {
  const subscription = await worker.pushManager.getSubscription();
  await subscription?.unsubscribe();
  await dropFact(FACT);
}

async function subscribe(worker, vapidKey) {
  const wanted = bytesOf(vapidKey);
  const before = await worker.pushManager.getSubscription();
  if (before && !isSame(before.options.applicationServerKey, wanted)) await before.unsubscribe();
  else if (before) return before;
  return worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: wanted });
}

async function tellCuppa(known) {
  const { answer, person } = await ask("POST", "/api/v1/devices", { kind: "fid", value: known.fid, platform: "web" });
  if (!answer.ok) throw new NotRegistered(answer.status, (await answer.json().catch(() => ({}))).detail ?? "");
  const { id } = await answer.json();
  await keepFact(FACT, { ...known, person, device_id: id, renewed_at: Date.now() });
}

async function isListed(deviceId) {
  const { answer } = await ask("GET", "/api/v1/devices");
  if (!answer.ok) throw new NotRegistered(answer.status, "");
  return (await answer.json()).items.some(({ id }) => id === deviceId);
}

async function ask(method, address, body) {
  const { person_id: person, csrf_token } = await signedIn();
  const types = { "Content-Type": "application/json", Accept: "application/json" };
  const headers = { "X-CSRFToken": csrf_token, "Idempotency-Key": uuid7(), ...types };
  const request = { method, headers, credentials: "same-origin", body: body && JSON.stringify(body) };
  return { person, answer: await fetch(address, request) };
}

const bytesOf = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const isSame = (key, bytes) => key && new Uint8Array(key).every((byte, index) => byte === bytes[index]);
