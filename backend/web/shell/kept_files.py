"""What a phone keeps of the pages, so that they open without a line: found from what they load, not listed by hand."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path
from urllib.parse import urljoin

from django.contrib.staticfiles import finders
from django.templatetags.static import static

_ENTRIES = (
    "web/cuppa.css",
    "web/threads.css",
    "web/asking/kept-ask.js",
    "web/page.js",
    "web/saved/kept-page.js",
    "web/saved/list.js",
    "web/saved/saved.css",
    "web/signing_in/signed-out.js",
    "web/icons.svg",
    "web/icons/cuppa.svg",
    "vendor/htmx/2.0.11/htmx.min.js",
)
_LOADED = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*"(\.[^"]+)"|\bnew URL\(\s*"(\.[^"]+\.js)",\s*import\.meta\.url""")
_PAGES = Path(__file__).resolve().parents[1]
_MADE_OF = {".py", ".html", ".js", ".css", ".svg"}


@cache
def list_kept_addresses() -> tuple[str, ...]:
    """Return the addresses of the shell's static files: the entries, and what they load from beside themselves."""
    found: dict[str, None] = {}
    left = [(name, static(name)) for name in _ENTRIES]
    while left:
        name, address = left.pop()
        if address not in found:
            found[address] = None
            left += [(_beside(name, one), urljoin(address, one)) for one in _loaded_by(name)]
    return tuple(sorted(found))


@cache
def shell_version() -> str:
    """Return another text whenever anything has changed that the pages of the shell are made of."""
    sources = sorted(path for path in _PAGES.rglob("*") if path.suffix in _MADE_OF and path.is_file())
    summed = hashlib.sha256()
    for path in sources:
        summed.update(str(path.relative_to(_PAGES)).encode() + b"\0" + path.read_bytes())
    return summed.hexdigest()[:16]


def _loaded_by(name: str) -> list[str]:
    """Return the relative addresses of the modules and workers that the script `name` loads."""
    if not name.endswith(".js") or name.startswith("vendor/"):
        return []
    path = finders.find(name)
    assert isinstance(path, str), f"There is no static file {name}."
    return [first or second for first, second in _LOADED.findall(Path(path).read_text())]


def _beside(name: str, address: str) -> str:
    return urljoin(f"/{name}", address).removeprefix("/")
