/**
 * Being told things in this browser: its push address is made known to Firebase, and Firebase's name for it to Cuppa,
 * for whoever is signed in. "registration" in push/kept.js holds what that needs when it has to be done again:
 * {config, csrf, person, installation, fid, device_id}.
 */

import { uuid7 } from "../clips/uuid7.js";
import { createRegistration, deleteRegistration, installationFor } from "./firebase.js";
import { dropFact, factOf, keepFact } from "./kept.js";

const FACT = "registration";

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
 * Register this browser for `person`. `config`: as push/firebase.js has it; `csrf`: the page's token.
 * Safe to repeat: the same browser keeps its name, unless Firebase has forgotten it.
 *
 * Rejects with a DOMException when the browser refuses, `FirebaseRefused`, or `NotRegistered`.
 */
export async function registerHere(worker, { config, csrf, person }) {
  const before = await factOf(FACT);
  const subscription = await subscribe(worker, config.vapid_key);
  const installation = await installationFor(config, before?.installation);
  const fid = await createRegistration(config, installation, subscription);
  const known = { config, csrf, person, installation, fid };
  await keepFact(FACT, known); // before Cuppa answers: a page that is closed now says it again later
  return tellCuppa(known);
}

/** Say anew that this browser is reached under the name that it has: for another person, or to be seen. */
export async function registerAnew({ csrf, person }) {
  const known = { ...(await factOf(FACT)), csrf, person };
  await keepFact(FACT, known);
  return tellCuppa(known);
}

/** The browser has changed its push address; in the worker, with no page open. */
export async function registerAgain(worker) {
  const known = await factOf(FACT);
  if (known) await registerHere(worker, known);
}

/** Be told nothing here any more. Cuppa first: what Firebase may still bring would have no owner. */
export async function unregisterHere(worker, { csrf }) {
  const { config, installation, device_id } = (await factOf(FACT)) ?? {};
  if (device_id) await ask("DELETE", `/api/v1/devices/${device_id}`, csrf);
  await forgetHere(worker);
  if (installation) await deleteRegistration(config, installation).catch(() => {}); // it ends by itself, unused
}

/** Forget the registration in this browser; its push address, too. */
export async function forgetHere(worker) {
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
  const body = { kind: "fid", value: known.fid, platform: "web" };
  const answer = await ask("POST", "/api/v1/devices", known.csrf, body);
  if (!answer.ok) throw new NotRegistered(answer.status, (await answer.json().catch(() => ({}))).detail ?? "");
  const { id } = await answer.json();
  await keepFact(FACT, { ...known, device_id: id });
  return id;
}

function ask(method, address, csrf, body) {
  const headers = { "X-CSRFToken": csrf, "Idempotency-Key": uuid7(), "Content-Type": "application/json", Accept: "application/json" };
  return fetch(address, { method, headers, credentials: "same-origin", body: body && JSON.stringify(body) });
}

const bytesOf = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
const isSame = (key, bytes) => key && new Uint8Array(key).every((byte, index) => byte === bytes[index]);
