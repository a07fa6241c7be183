/** What a push shows: one notification a subject, the newest in the place of the one before. */

import { factOf, keepFact } from "./kept.js";

const RETRACT = "retract";
const SHOWN = "shown"; // the fact that holds the ids of what was shown last
const REMEMBERED = 50;
const LINGERS = new Set(["ask", "duty", "recall"]); // somebody waits for an answer
const WITHOUT_A_NAME = new Set(["open"]); // tapping the notification itself does that

const standing = (tag) => self.registration.getNotifications({ tag });

/**
 * Show what a push says. It comes as FCM hands it on: {data, notification: {title, body, actions}}, see
 * api_schema/push_payloads.py. A repeat of the same push stays silent, also where it was swiped away meanwhile: then it
 * comes back only because a browser must show something, and not while a page is looked at.
 */
export async function show({ data = {}, notification = {} }, words) {
  if (data.kind === RETRACT) return takeBack(data, words);
  const tag = data.collapse_id ?? "cuppa";
  const before = await standing(tag);
  const isRepeat = await wasShown(data.push_id);
  if (isRepeat && !before.length && (await isLookedAt())) return;
  const title = notification.title ?? data.title ?? words.something;
  await self.registration.showNotification(title, {
    body: notification.body ?? data.body ?? "",
    tag,
    renotify: !isRepeat && before.length > 0,
    silent: isRepeat,
    requireInteraction: LINGERS.has(data.kind),
    icon: words.icon,
    badge: words.icon,
    timestamp: Date.parse(data.requested_at) || Date.now(),
    actions: buttonsOf(notification.actions ?? []),
    data: { ...data, title },
  });
}

/** Return whether this push was here before, and remember it. */
async function wasShown(pushId) {
  if (!pushId) return false;
  const shown = (await factOf(SHOWN)) ?? [];
  if (shown.includes(pushId)) return true;
  await keepFact(SHOWN, [...shown, pushId].slice(-REMEMBERED));
  return false;
}

function buttonsOf(actions) {
  return actions.filter(({ action }) => !WITHOUT_A_NAME.has(action)).slice(0, Notification.maxActions);
}

/**
 * Take what stands under this id off the screen. A browser must show something for every push: so where nothing else of
 * ours stands and no page is looked at, a silent line without buttons takes its place.
 */
async function takeBack({ collapse_id, push_id }, words) {
  const over = await standing(collapse_id);
  const others = (await self.registration.getNotifications()).filter((one) => one.tag !== collapse_id);
  if (others.length || (await isLookedAt())) return over.forEach((one) => one.close());
  await quietly(words.settled, { tag: collapse_id, icon: words.icon, data: { push_id, is_over: true } });
}

async function isLookedAt() {
  const pages = await self.clients.matchAll({ type: "window" });
  return pages.some((page) => page.visibilityState === "visible");
}

/** Say one sentence without a sound, below `title` if there is one, in the place of whatever stands under `tag`. */
export function quietly(sentence, { tag, title, icon, data }) {
  const body = title ? sentence : "";
  return self.registration.showNotification(title ?? sentence, { body, tag, data, silent: true, icon, badge: icon });
}

/** Take away what only said that something is over: there is room for better now. */
export async function closeWhatIsOver() {
  for (const one of await self.registration.getNotifications()) if (one.data?.is_over) one.close();
}
