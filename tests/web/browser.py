"""A real Chromium without a window, driven by Playwright from tests that are not asynchronous."""

from __future__ import annotations

import shutil
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from anyio.from_thread import BlockingPortal, start_blocking_portal
from playwright.async_api import Browser, Page, async_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome")
# Sound may begin without a tap: whoever plays a clip has tapped, and a test has no finger.
_SWITCHES = ["--autoplay-policy=no-user-gesture-required"]
_PATIENCE_MS = 60_000  # machines that test have other things to do

T = TypeVar("T")


class NoBrowser(Exception):
    """There is no Chromium on the PATH; the text says how to get one."""


class Chromium:
    """A running browser. Playwright's loop runs in a thread of its own: Django refuses to be called from one."""

    def __init__(self, portal: BlockingPortal, browser: Browser) -> None:
        self._portal = portal
        self._browser = browser

    @contextmanager
    def tab(self, *, width_px: int = 800, height_px: int = 600) -> Iterator[Tab]:
        """Open a page in a fresh profile: no cache, no cookies of another test."""
        new_context = partial(self._browser.new_context, viewport={"width": width_px, "height": height_px})
        context = self._portal.call(new_context)
        try:
            yield Tab(self._portal, self._portal.call(context.new_page))
        finally:
            self._portal.call(context.close)


class Tab:
    """One page. `complaints`: what it wrote to the console as an error, and exceptions that nobody caught."""

    def __init__(self, portal: BlockingPortal, page: Page) -> None:
        self._portal = portal
        self._page = page
        self.complaints: list[str] = []
        portal.call(self._listen)  # it speaks to the browser, and that is for the loop's thread only

    def _listen(self) -> None:
        self._page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self._page.on("console", lambda told: self.complaints.append(told.text) if told.type == "error" else None)

    def show(self, address: str) -> None:
        """Return once the page is loaded."""
        self._call(self._page.goto, address)

    def run(self, script: str, argument: object = None) -> Any:
        """Return what the function `script` returns, given `argument`."""
        return self._call(self._page.evaluate, script, argument)

    def wait_for(self, script: str, argument: object = None, *, within_ms: float = _PATIENCE_MS) -> None:
        """Return once the function `script` returns something true."""
        self._call(partial(self._page.wait_for_function, timeout=within_ms, arg=argument), script)

    def take_picture(self, path: Path) -> None:
        """Write what a person would see to `path`, a .png."""
        self._call(partial(self._page.screenshot, path=path))

    def _call(self, function: Callable[..., Awaitable[T]], *arguments: object) -> T:
        return self._portal.call(partial(function, *arguments))


@contextmanager
def running_chromium() -> Iterator[Chromium]:
    """
    Start the machine's Chromium.

    :raises NoBrowser: there is none.
    """
    program = next(filter(None, map(shutil.which, _NAMES)), None)
    if program is None:
        raise NoBrowser("no browser was tried: there is no chromium on the PATH (Debian: apt-get install chromium)")
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(async_playwright()) as playwright:
        browser = portal.call(partial(playwright.chromium.launch, executable_path=program, args=_SWITCHES))
        try:
            yield Chromium(portal, browser)
        finally:
            portal.call(browser.close)
