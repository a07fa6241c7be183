"""The service worker of a phone's browser: what reaches it with no page open, and a person's taps on what it shows."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import anyio
from anyio.from_thread import BlockingPortal
from playwright.async_api import BrowserContext, CDPSession, Page

_PATIENCE_S = 60

T = TypeVar("T")

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
_SHOWN = """async () => (await self.registration.getNotifications()).map(
  ({ actions, title, body, tag, silent }) => ({ title, body, tag, silent, actions: actions.map(({ title }) => title) })
)"""


def soon(look: Callable[[], T]) -> T:
    """Return what `look` finds, once it finds something."""
    ends_at = time.monotonic() + _PATIENCE_S
    while not (found := look()):
        assert time.monotonic() < ends_at, "nothing came of it"
        time.sleep(0.05)
    return found


class Worker:
    """The worker of `origin` in one profile; `page`: any page of it, through which the browser is told what to do."""

    def __init__(self, portal: BlockingPortal, context: BrowserContext, page: Page, *, origin: str) -> None:
        self._portal = portal
        self._context = context
        self._origin = origin
        self._registration_id = ""
        self._session: CDPSession = portal.call(self._begin, page)

    def deliver(self, message: dict[str, Any]) -> None:
        """Let FCM's push service bring `message`, an FCM v1 message for a browser."""
        handed_on = {
            "data": message["data"],
            "notification": message.get("webpush", {}).get("notification"),
            "from": "12345",
            "fcmMessageId": "0-1",
        }
        told = {"origin": self._origin, "registrationId": self._registration_id, "data": json.dumps(handed_on)}
        self._portal.call(self._session.send, "ServiceWorker.deliverPushMessage", told)

    def sync(self, tag: str) -> None:
        """Let the browser find that there is a line again."""
        told = {"origin": self._origin, "registrationId": self._registration_id, "tag": tag, "lastChance": False}
        self._portal.call(self._session.send, "ServiceWorker.dispatchSyncEvent", told)

    def shown(self) -> list[dict[str, Any]]:
        """Return the notifications that stand on the screen."""
        return list(self.run(_SHOWN))

    def tap(self, tag: str, action: str = "") -> list[str]:
        """Tap a notification, or a button of it; return the addresses of windows that open."""
        return list(self.run(_TAP, [tag, action]))

    def run(self, script: str, argument: object = None) -> Any:
        """Return what the function `script` returns in the worker."""
        return self._portal.call(partial(self._run, script, argument))

    async def _begin(self, page: Page) -> CDPSession:
        session = await self._context.new_cdp_session(page)
        found = anyio.Event()

        def note(told: dict[str, Any]) -> None:
            for one in told["registrations"]:
                if one["scopeURL"] == f"{self._origin}/":
                    self._registration_id = one["registrationId"]
                    found.set()

        session.on("ServiceWorker.workerRegistrationUpdated", note)
        await session.send("ServiceWorker.enable")
        with anyio.fail_after(_PATIENCE_S):
            await found.wait()
        return session

    async def _run(self, script: str, argument: object) -> Any:
        worker = next(each for each in self._context.service_workers if each.url.startswith(self._origin))
        return await worker.evaluate(script, argument)
