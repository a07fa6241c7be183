"""What a page costs on the line, as Chromium counts it: bytes as they travel, with their headers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.web.browser import Tab


@dataclass(frozen=True)
class Weight:
    """`transferred_bytes` and `request_count`: of what was not in the browser's cache."""

    transferred_bytes: int
    script_bytes: int
    request_count: int


class Scale:
    """Weighs what a tab loads. The service worker stands aside: what it fetches for later is no part of a page."""

    def __init__(self, tab: Tab) -> None:
        self._tab = tab
        self._kinds: dict[str, str] = {}
        self._bytes: dict[str, int] = {}
        tab.command("Network.enable")
        tab.command("Network.setBypassServiceWorker", bypass=True)
        tab.hear("Network.responseReceived", self._note_kind)
        tab.hear("Network.loadingFinished", self._note_bytes)

    def weigh(self, address: str) -> Weight:
        """Show the page, and return what it cost once nothing more was fetched for half a second."""
        self._kinds, self._bytes = {}, {}
        self._tab.show(address)
        self._tab.wait_until_quiet()
        on_line = {name: size for name, size in self._bytes.items() if size > 0}
        scripts = [size for name, size in on_line.items() if self._kinds.get(name) == "Script"]
        return Weight(sum(on_line.values()), sum(scripts), len(on_line))

    def _note_kind(self, told: dict[str, Any]) -> None:
        self._kinds[told["requestId"]] = told["type"]

    def _note_bytes(self, told: dict[str, Any]) -> None:
        self._bytes[told["requestId"]] = int(told["encodedDataLength"])
