/**
 * Two services of Firebase, as its own SDK (13.2.0) speaks to them: an installation is a browser's name there, and a
 * registration lets Firebase Cloud Messaging reach it. Why not the SDK: docs/adr/0037.
 *
 * `config`: {api_key, app_id, project_id, vapid_key, installations_url, registrations_url}.
 */

const MESSAGING_SDK = "0.13.3"; // the parts of SDK 13.2.0 whose requests these are
const INSTALLATIONS_SDK = "w:0.6.24";
const AUTH = "FIS_v2";
const EARLY_MS = 3600_000; // a token that ends within the hour is made anew

/** Firebase did not do it. `status`: of its answer, 0 without one; the text is for whoever looks into the console. */
export class FirebaseRefused extends Error {
  constructor(what, status, detail) {
    super(`${what}: ${status} ${detail}`);
    this.status = status;
  }
}

/** Return an installation whose token is valid: the one before, as long as Firebase knows it, else a new one. */
export async function installationFor(config, before) {
  if (before && before.expires_at - EARLY_MS > Date.now()) return before;
  if (before) {
    try {
      return { ...before, ...(await newToken(config, before)) };
    } catch (why) {
      if (![401, 404].includes(why.status)) throw why; // those two: it is not known there any more
    }
  }
  return createInstallation(config);
}

async function createInstallation(config) {
  const { fid, refreshToken, authToken } = await call(config, "POST", installations(config), {
    fid: newFid(),
    authVersion: AUTH,
    appId: config.app_id,
    sdkVersion: INSTALLATIONS_SDK,
  });
  return { fid, refresh_token: refreshToken, ...tokenOf(authToken) };
}

async function newToken(config, { fid, refresh_token }) {
  const body = { installation: { sdkVersion: INSTALLATIONS_SDK, appId: config.app_id } };
  const headers = { Authorization: `${AUTH} ${refresh_token}` };
  return tokenOf(await call(config, "POST", `${installations(config)}/${fid}/authTokens:generate`, body, headers));
}

/** Let pushes to this installation come by `subscription`; returns the id under which FCM reaches it. */
export async function createRegistration(config, installation, subscription) {
  const { endpoint, keys } = subscription.toJSON();
  const { auth, p256dh } = keys;
  const web = { origin: location.host, endpoint, auth, p256dh, applicationPubKey: config.vapid_key };
  const body = { web, fcm_sdk_version: MESSAGING_SDK };
  const { name } = await call(config, "POST", registrations(config), body, authOf(installation));
  return name.split("/registrations/")[1];
}

/** Let nothing come to this installation any more. */
export function deleteRegistration(config, installation) {
  return call(config, "DELETE", `${registrations(config)}/${installation.fid}`, null, authOf(installation));
}

const installations = ({ installations_url, project_id }) => `${installations_url}/v1/projects/${project_id}/installations`;
const registrations = ({ registrations_url, project_id }) => `${registrations_url}/v1/projects/${project_id}/registrations`;
const authOf = ({ token }) => ({ "x-goog-firebase-installations-auth": `FIS ${token}` });
const tokenOf = ({ token, expiresIn }) => ({ token, expires_at: Date.now() + Number.parseInt(expiresIn, 10) * 1000 });

/** Return 22 characters of base64url: four bits 0111, then 128 at random. Source: Firebase Installations SDK. */
function newFid() {
  const bytes = crypto.getRandomValues(new Uint8Array(17));
  bytes[0] = 0b0111_0000 | (bytes[0] & 0b1111);
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").slice(0, 22);
}

async function call(config, method, address, body, more = {}) {
  const headers = { "Content-Type": "application/json", Accept: "application/json", "x-goog-api-key": config.api_key, ...more };
  const request = { method, headers, credentials: "omit", referrerPolicy: "no-referrer" };
  let answer;
  try {
    answer = await fetch(address, body ? { ...request, body: JSON.stringify(body) } : request);
  } catch (lost) {
    throw new FirebaseRefused(address, 0, lost.message);
  }
  if (!answer.ok) throw new FirebaseRefused(address, answer.status, await answer.text());
  return answer.json();
}
