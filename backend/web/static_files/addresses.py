"""Addresses of static files. Each names the release it belongs to, so that browsers may keep the file for ever."""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage

_DIGITS = 12
_OF_A_RELEASE = re.compile(rf"([0-9a-f]{{{_DIGITS}}})/(.+)")
_VERSIONED = re.compile(r"vendor/[^/]+/\d+(?:\.\d+)+/")  # what others made names its version itself


@cache
def release() -> str:
    """Return hex digits that differ whenever any static file does; the same in all processes of a release."""
    summed = hashlib.sha256()
    for name, path in sorted(_all_files().items()):
        summed.update(f"{name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return summed.hexdigest()[:_DIGITS]


def _all_files() -> dict[str, Path]:
    found = (one for finder in finders.get_finders() for one in finder.list([]))
    return {name: Path(storage.path(name)) for name, storage in found}


class ReleasedFiles(StaticFilesStorage):
    """
    Gives `web/cuppa.css` the address `/static/{release}/web/cuppa.css`.

    Modules import one another by relative addresses, so all that a page loads is of one release, and no file is
    written anew for its address.
    """

    def url(self, name: str | None) -> str:
        """Return the address of the static file `name`."""
        assert name is not None
        return super().url(name if _VERSIONED.match(name) else f"{release()}/{name}")


class Asked(NamedTuple):
    """Which file an address means. `is_lasting`: it will never mean other bytes."""

    name: str
    is_lasting: bool


def what_is_asked(path: str) -> Asked:
    """
    Return what `path`, below `/static/`, means.

    Another release's address leads to the present file: a page that was open while a new release came still finds what
    it loads late. Only it is not kept.
    """
    found = _OF_A_RELEASE.fullmatch(path)
    if found:
        return Asked(found[2], is_lasting=found[1] == release())
    return Asked(path, is_lasting=bool(_VERSIONED.match(path)))
