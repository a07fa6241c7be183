"""The service worker of a phone in tests, called as the browser calls it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep

from tests.web.browser import Inspector, Profile, Tab

_PATIENCE_S = 120  # machines that test have other things to do
SYNC_TAG = "cuppa-to-send"


class PhonesWorker:
    """The worker of a phone's pages; it runs with no page open, too."""

    def __init__(self, phone: Profile, origin: str) -> None:
        self._origin = origin
        self._inspector: Inspector = phone.inspect()
        registered = self._inspector.note("ServiceWorker.workerRegistrationUpdated")
        self._inspector.order("ServiceWorker.enable")
        wait_until(lambda: registered != [])
        self._registration_id = registered[0]["registrations"][0]["registrationId"]

    def call(self) -> None:
        """Call it as the browser does once there is a line (Background Sync)."""
        self._inspector.order(
            "ServiceWorker.dispatchSyncEvent",
            origin=self._origin,
            registrationId=self._registration_id,
            tag=SYNC_TAG,
            lastChance=False,
        )

    def kill(self) -> None:
        """End it at once, as a browser does that needs the memory."""
        self._inspector.order("ServiceWorker.stopAllWorkers")


def open_controlled(phone: Profile, address: str) -> Tab:
    """Return a tab at `address` whose requests go through the worker."""
    tab = phone.open_tab()
    tab.show(address)
    tab.wait_for("() => navigator.serviceWorker.controller !== null")
    return tab


def choose_film(tab: Tab, film: Path) -> None:
    """Give a file to the picker, once the page's scripts have shown it."""
    tab.wait_until_shown("[data-clip-picker]")
    tab.choose_file('[data-part="file"]', film)


def wait_until(is_so: Callable[[], bool]) -> None:
    """Return once it is so."""
    until = monotonic() + _PATIENCE_S
    while not is_so():
        assert monotonic() < until, "It did not come to be."
        sleep(0.05)
