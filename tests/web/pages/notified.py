"""The service worker of a phone that is told things: what reaches it with no page open, and taps on what it shows."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any, TypeVar

from tests.web.browser import Profile
from tests.web.pages.workers import PhonesWorker

_PATIENCE_S = 60

# A browser lets nobody but a person tap a notification, and only their tap keeps the worker alive or opens a window: so
# the event is made here, what it waits for is awaited here, and the window is noted in place of being opened.
_TAP = """async ([tag, action]) => {
  const [notification] = await self.registration.getNotifications({ tag });
  const event = new NotificationEvent("notificationclick", { notification, action });
  const works = [];
  Object.defineProperty(event, "waitUntil", { value: (work) => works.push(work) });
  const opened = [];
  const openWindow = self.clients.openWindow;
  self.clients.openWindow = async (address) => { opened.push(address); };
  try {
    self.dispatchEvent(event);
    await Promise.all(works);
  } finally {
    self.clients.openWindow = openWindow;
  }
  return opened;
}"""
_CHANGE_ADDRESS = """async () => {
  const event = new Event("pushsubscriptionchange");
  const works = [];
  Object.defineProperty(event, "waitUntil", { value: (work) => works.push(work) });
  self.dispatchEvent(event);
  await Promise.all(works);
}"""
_RECEIPTS = """() => performance.getEntriesByType("resource").filter(
  ({ name }) => name.endsWith("/api/v1/receipts")
).length"""
_KEPT = """async () => {
  const result = (request) => new Promise((resolve) => { request.onsuccess = () => resolve(request.result); });
  const told = await result(indexedDB.open("cuppa-told"));
  const replies = await result(told.transaction("replies").objectStore("replies").getAll());
  told.close();
  return replies.map(({ body }) => body);
}"""
_SHOWN = """async () => (await self.registration.getNotifications()).map(
  ({ actions, title, body, tag, silent }) => ({ title, body, tag, silent, actions: actions.map(({ title }) => title) })
)"""

T = TypeVar("T")


class NotifiedWorker(PhonesWorker):
    def __init__(self, phone: Profile, origin: str) -> None:
        super().__init__(phone, origin)
        self._phone = phone

    def deliver(self, message: dict[str, Any]) -> None:
        """Let a push service bring `message`, an FCM v1 message for a browser, as FCM hands it on."""
        shown = message.get("webpush", {}).get("notification")
        handed_on = {"data": message["data"], "notification": shown, "from": "12345", "fcmMessageId": "0-1"}
        self._order("ServiceWorker.deliverPushMessage", data=json.dumps(handed_on))

    def send_replies(self) -> None:
        """Call it as the browser does once there is a line, for what was said from notifications."""
        self._order("ServiceWorker.dispatchSyncEvent", tag="cuppa-replies", lastChance=False)

    def kept_replies(self) -> list[dict[str, Any]]:
        """Return the bodies of the replies that have not arrived."""
        return list(self._phone.run_in_worker(self._origin, _KEPT))

    def receipts_count(self) -> int:
        """Return how often it told the server how far a push came: once it has shown it, or not."""
        return int(self._phone.run_in_worker(self._origin, _RECEIPTS))

    def shown(self) -> list[dict[str, Any]]:
        """Return the notifications that stand on the screen."""
        return list(self._phone.run_in_worker(self._origin, _SHOWN))

    def tap(self, tag: str, action: str = "") -> list[str]:
        """Tap a notification, or a button of it; return the addresses of windows that open."""
        return list(self._phone.run_in_worker(self._origin, _TAP, [tag, action]))

    def change_address(self, subscribed: str) -> None:
        """Let the browser give itself a new push address, which `subscribed`, a function, brings into being."""
        self._phone.run_in_worker(self._origin, subscribed)
        self._phone.run_in_worker(self._origin, _CHANGE_ADDRESS)

    def _order(self, command: str, **parameters: object) -> None:
        self._inspector.order(command, origin=self._origin, registrationId=self._registration_id, **parameters)


def soon(look: Callable[[], T | None]) -> T:
    """Return what `look` finds, once it finds something."""
    ends_at = time.monotonic() + _PATIENCE_S
    while not (found := look()):
        assert time.monotonic() < ends_at, "nothing came of it"
        time.sleep(0.05)
    return found
