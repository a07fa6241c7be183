/**
 * What is said from a notification: on the disk first, then sent until the server has answered it, once.
 *
 * A reply's own id makes sending it again harmless, and its token stands for the session (docs/api.md).
 */

import { uuid7 } from "../clips/uuid7.js";
import { dropReply, keepReply, keptReplies } from "./kept.js";

const LOCK = "cuppa-replies";

/** Keep what was said; returns once it is on the disk. `shown`: the notification's `data` and title. */
export async function keep(action, { reply_token, version, collapse_id, push_id, title }) {
  const body = { id: uuid7(), token: reply_token, action, seen_version: version ? Number(version) : null };
  await keepReply({ id: body.id, body, collapse_id, push_id, title });
}

/**
 * Send what is kept, and call `onAnswer(reply, sentence)` for each that was answered; returns how many still wait.
 * One at a time does it, worker or page.
 */
export function sendReplies(onAnswer) {
  if (!navigator.locks) return sendEach(onAnswer);
  return navigator.locks.request(LOCK, () => sendEach(onAnswer));
}

async function sendEach(onAnswer) {
  let waiting = 0;
  for (const reply of await keptReplies()) {
    const sentence = await send(reply.body);
    if (sentence === null) waiting += 1;
    else {
      await dropReply(reply.id);
      await onAnswer(reply, sentence);
    }
  }
  return waiting;
}

/** Return what the server says to it; null: it has to be sent again. A refusal says itself whether that may help. */
async function send(body) {
  try {
    const answer = await post("/api/v1/replies", body);
    const { message, detail, retry } = await answer.json();
    return retry ? null : (message ?? detail ?? null);
  } catch {
    return null; // no line, or no answer that can be read: not Cuppa's
  }
}

/** Say how far a push came; what is lost of that costs a line in a statistic. */
export async function noteSteps(token, kinds) {
  if (!token) return;
  await post("/api/v1/receipts", { token, events: kinds.map((kind) => ({ kind })) }).catch(() => {});
}

function post(address, body) {
  const headers = { "Content-Type": "application/json", Accept: "application/json" };
  return fetch(address, { method: "POST", headers, body: JSON.stringify(body), credentials: "omit", keepalive: true });
}
