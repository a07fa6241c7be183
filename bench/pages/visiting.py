"""A phone's Chromium on a slow line, told by its DevTools protocol what it fetched and when it painted."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench.pages.budgets import BYTES_PER_S, CPU_SLOWDOWN, LATENCY_MS, Visit

_PHONE = {"width": 360, "height": 740}
_PATIENCE_MS = 120_000
# From the first painted frame on in which a field is there: a page that is busy draws none.
_WATCH = """(() => {
  const fields = 'main input:not([type=hidden], [type=checkbox], [type=radio], [type=file]), main textarea';
  const look = () => {
    const painted = performance.getEntriesByName('first-contentful-paint').length > 0;
    if (painted && [...document.querySelectorAll(fields)].some((one) => one.checkVisibility() && !one.disabled)) {
      globalThis.canType = performance.now();
    } else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
})()"""
_TOLD = """() => ({
  first_paint_ms: performance.getEntriesByName('first-contentful-paint')[0].startTime,
  can_type_ms: globalThis.canType ?? null,
  is_ready_ms: performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd,
})"""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start the machine's Chromium."""
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        raise SystemExit("There is no chromium on the PATH (Debian: apt-get install chromium).")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program)
        try:
            yield browser
        finally:
            browser.close()


def visit_twice(browser: Browser, address: str, cookie: dict[str, Any] | None) -> tuple[Visit, Visit]:
    """Return what a page costs a phone that was never here, and the same phone again."""
    context = browser.new_context(viewport=_PHONE, is_mobile=True, has_touch=True)  # type: ignore[arg-type]
    try:
        if cookie:
            context.add_cookies([cookie])  # type: ignore[list-item]
        return _visit(context, address), _visit(context, address)
    finally:
        context.close()


def _visit(context: BrowserContext, address: str) -> Visit:
    page = context.new_page()
    kinds, sizes = _listen(page)
    page.add_init_script(_WATCH)
    page.goto(address, wait_until="networkidle", timeout=_PATIENCE_MS)
    told = page.evaluate(_TOLD)
    page.close()
    on_line = {name: size for name, size in sizes.items() if size}
    scripts = sum(size for name, size in on_line.items() if kinds.get(name) == "Script")
    return Visit(sum(on_line.values()), scripts, len(on_line), **told)


def _listen(page: Page) -> tuple[dict[str, str], dict[str, int]]:
    """Slow the page down, and return what fills while it loads: what each request was for, and its bytes."""
    protocol = page.context.new_cdp_session(page)
    kinds: dict[str, str] = {}
    sizes: dict[str, int] = {}
    protocol.on("Network.responseReceived", lambda told: kinds.update({told["requestId"]: told["type"]}))
    protocol.on("Network.loadingFinished", lambda told: sizes.update({told["requestId"]: told["encodedDataLength"]}))
    protocol.send("Network.enable")
    protocol.send("Network.setBypassServiceWorker", {"bypass": True})  # the line as it is, with nothing in between
    line = {"latency": LATENCY_MS, "downloadThroughput": BYTES_PER_S, "uploadThroughput": BYTES_PER_S}
    protocol.send("Network.emulateNetworkConditions", {"offline": False, **line})
    protocol.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWDOWN})
    return kinds, sizes
