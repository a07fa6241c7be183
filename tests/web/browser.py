"""A real Chromium without a window, driven by Playwright from tests that are not asynchronous."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cached_property, partial
from pathlib import Path
from typing import Any, TypeVar

import anyio
from anyio.from_thread import BlockingPortal, start_blocking_portal
from playwright.async_api import Browser, BrowserContext, CDPSession, Page, Route, async_playwright
from playwright.async_api import Error as PlaywrightError

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_SWITCHES = [
    # Sound may begin without a tap: whoever plays a clip has tapped, and a test has no finger.
    "--autoplay-policy=no-user-gesture-required",
    # A camera that films a green clock and a microphone that beeps, and somebody who allows both.
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]
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
        with self.profile(width_px=width_px, height_px=height_px) as profile:
            yield profile.open_tab()

    @contextmanager
    def profile(
        self,
        *,
        width_px: int = 360,
        height_px: int = 740,
        is_phone: bool = False,
        is_dark: bool = False,
        runs_scripts: bool = True,
    ) -> Iterator[Profile]:
        """Give a phone that nobody has used yet: its tabs share what they keep. `is_phone`: it is touched, too."""
        new_context = partial(
            self._browser.new_context,
            viewport={"width": width_px, "height": height_px},
            is_mobile=is_phone,
            has_touch=is_phone,
            color_scheme="dark" if is_dark else "light",
            java_script_enabled=runs_scripts,
        )
        context = self._portal.call(new_context)
        try:
            yield Profile(self._portal, context)
        finally:
            self._portal.call(context.close)


class Profile:
    """One person's browser: cookies and what pages keep are its own."""

    def __init__(self, portal: BlockingPortal, context: BrowserContext) -> None:
        self._portal = portal
        self._context = context

    def open_tab(self) -> Tab:
        """Return a new, empty tab."""
        return Tab(self._portal, self._portal.call(self._context.new_page))

    def keep_cookie(self, name: str, value: str, *, address: str) -> None:
        """Have a cookie for `address`."""
        cookie: Any = {"name": name, "value": value, "url": address}
        self._portal.call(self._context.add_cookies, [cookie])

    def lose_network(self, *, is_lost: bool = True) -> None:
        """Cut the line of every tab, or mend it."""
        self._portal.call(self._context.set_offline, is_lost)

    def allow_notifications(self, address: str) -> None:
        """Let pages of `address` show notifications, as a person does who is asked."""
        self._portal.call(partial(self._context.grant_permissions, origin=address), ["notifications"])

    def run_in_worker(self, address: str, script: str, argument: object = None) -> Any:
        """Return what the function `script` returns in the service worker of `address`."""
        worker = next(one for one in self._context.service_workers if one.url.startswith(address))
        return self._portal.call(worker.evaluate, script, argument)

    def slow_down(self, pattern: str, *, seconds: float) -> None:
        """Let requests whose address fits the glob `pattern` take so much longer."""

        async def later(route: Route) -> None:
            await anyio.sleep(seconds)
            with suppress(PlaywrightError):  # its tab was closed meanwhile
                await route.continue_()

        self._portal.call(self._context.route, pattern, later)

    def refuse(self, pattern: str, *, status: int, times: int) -> None:
        """Have the next requests whose address fits the glob `pattern` answered with this status, by nobody."""

        async def refused(route: Route) -> None:
            await route.fulfill(status=status)

        self._portal.call(partial(self._context.route, pattern, refused, times=times))

    def inspect(self) -> Inspector:
        """Return a line to the browser itself, by way of a new, empty tab."""
        page = self._portal.call(self._context.new_page)
        return Inspector(self._portal, self._portal.call(self._context.new_cdp_session, page))


class Inspector:
    """Tells the browser what no page can: source: Chrome DevTools Protocol, which names the commands and events."""

    def __init__(self, portal: BlockingPortal, session: CDPSession) -> None:
        self._portal = portal
        self._session = session

    def order(self, command: str, **parameters: object) -> Any:
        """Return what the browser answers."""
        return self._portal.call(self._session.send, command, parameters)

    def note(self, event: str) -> list[dict[str, Any]]:
        """Return a list to which each `event` is added from now on."""
        noted: list[dict[str, Any]] = []
        self._portal.call(self._session.on, event, lambda told: noted.append(told))  # noqa: PLW0108 - Playwright marks it
        return noted


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
        self._call(partial(self._page.goto, timeout=_PATIENCE_MS), address)

    def wait_until_quiet(self) -> None:
        """Return once nothing was fetched for half a second."""
        self._call(self._page.wait_for_load_state, "networkidle")

    def run(self, script: str, argument: object = None) -> Any:
        """Return what the function `script` returns, given `argument`."""
        return self._call(self._page.evaluate, script, argument)

    def wait_for(self, script: str, argument: object = None, *, within_ms: float = _PATIENCE_MS) -> None:
        """Return once the function `script` returns something true."""
        self._call(partial(self._page.wait_for_function, timeout=within_ms, arg=argument), script)

    def wait_for_promise(self, script: str) -> None:
        """Return once the async function `script` resolves to something true. `wait_for` takes the promise for it."""
        until = time.monotonic() + _PATIENCE_MS / 1000
        while not self.run(script):
            assert time.monotonic() < until, f"It did not come to be: {script}"
            time.sleep(0.05)

    def tap(self, selector: str) -> None:
        """Tap what `selector` finds first, once it can be tapped."""
        self._call(partial(self._page.locator(selector).first.click, timeout=_PATIENCE_MS))

    def write(self, selector: str, text: str) -> None:
        """Type `text` into a field."""
        self._call(partial(self._page.locator(selector).first.fill, timeout=_PATIENCE_MS), text)

    def choose_file(self, selector: str, path: Path) -> None:
        """Give a file to a field."""
        self._call(self._page.locator(selector).first.set_input_files, path)

    def wait_until_shown(self, selector: str) -> None:
        """Return once what `selector` finds first can be seen."""
        self._call(partial(self._page.locator(selector).first.wait_for, timeout=_PATIENCE_MS))

    def text_of(self, selector: str) -> str:
        """Return what a person reads there."""
        return str(self._call(self._page.locator(selector).first.inner_text))

    def type(self, text: str) -> None:
        """Type where the focus is, key by key."""
        self._call(self._page.keyboard.type, text)

    def press(self, key: str) -> None:
        """Press a key, as `Tab` or `Enter`."""
        self._call(self._page.keyboard.press, key)

    def choose(self, selector: str, label: str) -> None:
        """Choose what is called `label` in a list to choose from."""
        self._call(partial(self._page.locator(selector).first.select_option, label=label, timeout=_PATIENCE_MS))

    def is_shown(self, selector: str) -> bool:
        """Return whether what `selector` finds first can be seen now."""
        return self._call(self._page.locator(selector).first.is_visible)

    def count(self, selector: str) -> int:
        """Return how often it is there now."""
        return self._call(self._page.locator(selector).count)

    def command(self, method: str, **parameters: object) -> Any:
        """Give Chromium an order of its DevTools protocol, and return its answer."""
        return self._call(self._protocol.send, method, parameters)

    def hear(self, event: str, listener: Callable[[Any], None]) -> None:
        """Have `listener` told of an event of the DevTools protocol."""
        protocol = self._protocol  # made in this thread: the loop's must not wait for itself
        self._portal.call(protocol.on, event, listener)

    @cached_property
    def _protocol(self) -> CDPSession:
        return self._call(self._page.context.new_cdp_session, self._page)

    def crash(self) -> None:
        """End its process as a system does that needs the memory: no script of the page learns of it."""

        async def crash() -> None:
            protocol = await self._page.context.new_cdp_session(self._page)
            async with self._page.expect_event("crash"):
                ordered = asyncio.ensure_future(protocol.send("Page.crash"))
            ordered.cancel()  # nobody is left to answer

        self._call(crash)

    def close(self) -> None:
        """Close the tab, without asking the page."""
        self._call(self._page.close)

    def look(self, *, width_px: int, is_dark: bool) -> None:
        """Turn this into a screen of another width, light or dark, on which nothing fades."""
        self._call(self._page.set_viewport_size, {"width": width_px, "height": 740 if width_px < 600 else 800})
        media = partial(self._page.emulate_media, reduced_motion="reduce")
        self._call(partial(media, color_scheme="dark" if is_dark else "light"))

    def look_at_paper(self, *, is_paper: bool = True) -> None:
        """Turn this into what a printer gets, or back into a screen."""
        self._call(partial(self._page.emulate_media, media="print" if is_paper else "screen"))

    @property
    def address(self) -> str:
        """Where the tab is."""
        return self._page.url

    def take_picture(self, path: Path, *, is_whole: bool = False) -> None:
        """Write what a person would see to `path`, a .png. `is_whole`: with what they would scroll to."""
        self._call(partial(self._page.screenshot, path=path, full_page=is_whole))

    def _call(self, function: Callable[..., Awaitable[T]], *arguments: object) -> T:
        return self._portal.call(partial(function, *arguments))


@contextmanager
def running_chromium(*more_switches: str) -> Iterator[Chromium]:
    """
    Start the machine's Chromium.

    :raises NoBrowser: there is none.
    """
    program = next(filter(None, map(shutil.which, _NAMES)), None)
    if program is None:
        raise NoBrowser("no browser was tried: there is no chromium on the PATH (Debian: apt-get install chromium)")
    with start_blocking_portal() as portal, portal.wrap_async_context_manager(async_playwright()) as playwright:
        switches = [*_SWITCHES, *more_switches]
        browser = portal.call(partial(playwright.chromium.launch, executable_path=program, args=switches))
        try:
            yield Chromium(portal, browser)
        finally:
            portal.call(browser.close)
