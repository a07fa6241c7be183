"""A language that nobody speaks: every sentence that translators see stands in ⟦ ⟧, so that the others stand out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from html.parser import HTMLParser

import pytest
from django.apps import apps
from django.db.models import CharField, JSONField, TextField
from django.utils import translation

OPEN, CLOSE = "⟦", "⟧"
NAMES = {
    "Cuppa",
    "CSV",
    "PDF",
    "JSON",
    "MB",
    "kB",
    "GB",
    "km",
    "UTC",
    "English",
    "Deutsch",
    "en",
    "de",
}  # the same in every language
_SAID_BY_ATTRIBUTES = {"alt", "aria-label", "aria-description", "placeholder", "title", "label", "content"}
_SILENT = {"script", "style", "pre", "code"}
_STATE = re.compile(r"[a-z]+(_[a-z]+)*")  # of a program: a person's own word does not look so all by itself
_WORD = re.compile(r"[^\W\d_]{2,}")


@contextmanager
def pseudo_locale(patch: pytest.MonkeyPatch, *, language: str | None = None) -> Iterator[None]:
    """Have every translation of this process wrap what it is given, until the end; or those into one language only."""

    def wrapped(text: str) -> str:
        return f"{OPEN}{text}{CLOSE}" if language in {None, translation.get_language()} else text

    def plural(one: str, many: str, count: int) -> str:
        return wrapped(one if count == 1 else many)

    with patch.context() as patched:
        trans = translation._trans  # type: ignore[attr-defined]  # where Django's functions look one another up
        patched.setattr(trans, "gettext", wrapped, raising=False)
        patched.setattr(trans, "pgettext", lambda _context, text: wrapped(text), raising=False)
        patched.setattr(trans, "ngettext", plural, raising=False)
        patched.setattr(trans, "npgettext", lambda _context, *rest: plural(*rest), raising=False)
        yield


class _Reading(HTMLParser):
    """What is read of a page outside the wraps, in its order. A wrap may begin in one element and end in another."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.outside: list[str] = []
        self._depth = 0
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        values = dict(attrs)
        said = _SAID_BY_ATTRIBUTES - ({"content"} if tag == "meta" else set())
        for name, text in attrs:
            if text and (name in said or (name.startswith("data-") and " " in text and text[0] not in "{[")):
                self.outside.append(outside_wraps(text)[0])
        if tag == "input" and values.get("type") == "submit":
            self.outside.append(outside_wraps(values.get("value") or "")[0])

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        outside, self._depth = outside_wraps(data, self._depth)
        self.outside.append(outside)


def outside_wraps(text: str, depth: int = 0) -> tuple[str, int]:
    """Return what of a text stands in no wrap, and how many are open at its end. `depth`: how many were before it."""
    kept = []
    for letter in text:
        depth += letter == OPEN
        if depth == 0:
            kept.append(letter)
        depth -= letter == CLOSE
    return "".join(kept), depth


def untranslatable(html: str, own: str) -> list[str]:
    """Return what a page says that is neither wrapped nor in `own`, the words of people."""
    reading = _Reading()
    reading.feed(html)
    texts = (" ".join(text.split()) for text in reading.outside)
    return [text for text in texts if _is_ours(text, own)]


def _is_ours(text: str, own: str) -> bool:
    words = [word for word in _WORD.findall(text) if word not in NAMES]
    return bool(words) and not all(word in own for word in words)


def words_of_people(*more: str) -> str:
    """Return whatever somebody typed, out of every row there is: it is shown as it is, in any language."""
    return "\n".join([*_typed(), *more])


def _typed() -> Iterator[str]:
    for model in apps.get_models():
        fields = [f.name for f in model._meta.concrete_fields if isinstance(f, CharField | TextField | JSONField)]
        for values in model._default_manager.values_list(*fields) if fields else ():
            yield from _strings(values)


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        if not _STATE.fullmatch(value):
            yield value
    elif isinstance(value, dict):
        yield from _strings(value.values())
    elif isinstance(value, Iterable):
        for one in value:
            yield from _strings(one)
