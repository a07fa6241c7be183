/** What arrives as a push: shown, replaced, taken back, and answered from where it is shown. */

import { isSomebodyToldHere, registerAgain } from "../push/registering.js";
import { keep, noteSteps, sendReplies } from "../push/replies.js";
import { closeWhatIsOver, quietly, show } from "../push/showing.js";
import { checkHere } from "./saved.js";
import { tellOfSignOut } from "./signing-out.js";

const SYNC = "cuppa-replies";
const TAKES_BACK = new Set(["recall", "safety"]);
const ANSWERS_WITHIN_MS = 1000;

/** Show pushes and send answers. `words`: {something, settled, kept}, each a sentence, and {icon}, an address. */
export function bindPushes(words) {
  self.addEventListener("push", (event) => event.waitUntil(arrived(event.data, words)));
  self.addEventListener("notificationclick", (event) => event.waitUntil(tapped(event, words)));
  self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(registerAgain(self.registration)));
  self.addEventListener("sync", (event) => {
    if (event.tag === SYNC) event.waitUntil(sendAll(words, { isPatient: false }));
  });
  self.addEventListener("message", (event) => {
    if (event.data === "send-replies") event.waitUntil(sendAll(words));
  });
}

async function arrived(message, words) {
  await tellOfSignOut().catch(() => {});
  if (!(await isSomebodyToldHere())) return quietly(words.something, { tag: "cuppa", icon: words.icon });
  const push = read(message);
  await show(push, words);
  await noteSteps(push.data?.reply_token, ["delivered"]);
  await sendAll(words); // there is a line right now
  if (TAKES_BACK.has(push.data?.kind)) await checkHere(); // what is kept here may be what was recalled
}

function read(message) {
  try {
    return message.json();
  } catch {
    return {}; // none of ours; something must be shown all the same
  }
}

async function tapped({ notification, action }, words) {
  notification.close();
  const { data } = notification;
  if (!data?.push_id || data.is_over) return open("/inbox");
  if (action) return answer(action, data, words);
  await Promise.all([open(`/inbox/${data.push_id}`), noteSteps(data.reply_token, ["opened"]), closeWhatIsOver()]);
}

async function answer(action, data, words) {
  await keep(action, data);
  if (await sendAll(words)) {
    await quietly(words.kept, placeOf(data, words));
  }
}

/**
 * Send what was said; returns how much of it waits. Where the browser calls again when there is a line, it is asked to;
 * elsewhere the next push or the next page does it. Not patient: rejects when something waits, and the browser calls again.
 */
async function sendAll(words, { isPatient = true } = {}) {
  const waiting = await sendReplies((reply, sentence) => quietly(sentence, placeOf(reply, words)));
  if (waiting && !isPatient) throw new Error(`${waiting} replies wait for a line`);
  if (waiting) await self.registration.sync?.register(SYNC).catch(() => {});
  return waiting;
}

const placeOf = ({ collapse_id, title, push_id }, { icon }) => ({ tag: collapse_id, title, icon, data: { push_id } });

/** Lead an open page there, unless something is being typed on it; else a new one. */
async function open(address) {
  const pages = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const page = pages.find((one) => one.focused) ?? pages[0];
  if (!page) return self.clients.openWindow(address);
  await page.focus().catch(() => {}); // some browsers let nobody
  if (!(await isLed(page, address))) await self.clients.openWindow(address);
}

function isLed(page, address) {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => resolve(data);
    setTimeout(resolve, ANSWERS_WITHIN_MS, false); // a page of the version before does not know the question
    page.postMessage({ go_to: address }, [port2]);
  });
}
