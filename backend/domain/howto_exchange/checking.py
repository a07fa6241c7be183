"""Take a hostile JSON document apart, field by field: every value is bounded, and each fault has its path."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterator
from typing import Any, Final
from uuid import UUID

from backend.domain.errors import InvalidInput

_MOST_FAULTS: Final = 20  # enough to see what kind of file it is
_URN: Final = re.compile(r"(?:urn:uuid:)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})", re.IGNORECASE)


class Faults:
    """What is wrong with a document, by path; reading goes on, so that one look tells all."""

    def __init__(self) -> None:
        self._sentences: dict[str, str] = {}

    def add(self, path: str, sentence: str) -> None:
        """Note a fault; the first at a place stays."""
        if len(self._sentences) < _MOST_FAULTS:
            self._sentences.setdefault(path, sentence)

    def refuse(self) -> None:
        """
        Let pass a document without faults.

        :raises InvalidInput: there are some.
        """
        if self._sentences:
            raise InvalidInput(**self._sentences)


class Node:
    """One JSON object of the document, with the way that leads to it."""

    def __init__(self, value: object, path: str, faults: Faults) -> None:
        self.path = path
        self.faults = faults
        if not isinstance(value, dict):
            faults.add(path or "body", "Must be an object.")
        self._values: dict[str, Any] = value if isinstance(value, dict) else {}

    def has(self, name: str) -> bool:
        """Return whether the object says anything under this name."""
        return self._values.get(name) is not None

    def refuse(self, name: str, sentence: str) -> None:
        """Note that the value under this name is wrong."""
        self.faults.add(self.place(name), sentence)

    def text(self, name: str, *, longest: int, needed: bool = False) -> str:
        """Return a text; empty when it is not there or wrong."""
        value = self._values.get(name) or ""
        if not isinstance(value, str):
            self.refuse(name, "Must be text.")
        elif len(value) > longest:
            self.refuse(name, f"At most {longest:,} characters.")
        elif _cannot_be_kept(value):
            self.refuse(name, "Has a character that is no text.")
        elif needed and not value.strip():
            self.refuse(name, "Must not be empty.")
        else:
            return value
        return ""

    def choice(self, name: str, choices: Collection[str], *, default: str) -> str:
        """Return one of the choices."""
        value = self._values.get(name, default)
        if isinstance(value, str) and value in choices:
            return value
        self.refuse(name, f"Must be one of {', '.join(choices)}.")
        return default

    def number(self, name: str, *, least: int, most: int, default: int) -> int:
        """Return a whole number within bounds."""
        value = self._values.get(name, default)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        self.refuse(name, f"Must be a whole number from {least:,} to {most:,}.")
        return default

    def milliseconds(self, name: str, *, most: int) -> int:
        """Return what is written in seconds."""
        value = self._values.get(name)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if is_number and math.isfinite(value) and 0 <= value * 1000 <= most:  # type: ignore[arg-type,operator]
            return round(value * 1000)  # type: ignore[operator]
        self.refuse(name, f"Must be seconds from 0 to {most // 1000:,}.")
        return 0

    def id(self, name: str) -> UUID | None:
        """Return an id, written as a URN or bare."""
        value = self._values.get(name)
        if isinstance(value, str) and (match := _URN.fullmatch(value)):
            return UUID(match[1])
        self.refuse(name, "Must be urn:uuid: and a UUID.")
        return None

    def child(self, name: str) -> Node:
        """Return the object under this name; an empty one, and a fault, when there is none."""
        return Node(self._values.get(name), self.place(name), self.faults)

    def children(self, name: str, *, most: int) -> Iterator[Node]:
        """Yield the objects of a list; nothing when there is no list."""
        value = self._values.get(name) or []
        if not isinstance(value, list):
            self.refuse(name, "Must be a list.")
        elif len(value) > most:
            self.refuse(name, f"At most {most:,} of them.")
        else:
            yield from (Node(one, f"{self.place(name)}.{index}", self.faults) for index, one in enumerate(value))

    def raw(self, name: str) -> Any:
        """Return whatever is there, unchecked: for a value that has a check of its own."""
        return self._values.get(name)

    def place(self, name: str) -> str:
        """Return the path of a value of this object."""
        return f"{self.path}.{name}" if self.path else name


def _cannot_be_kept(text: str) -> bool:
    # PostgreSQL has no NUL, and half a surrogate pair is no UTF-8.
    return "\x00" in text or any("\ud800" <= letter <= "\udfff" for letter in text)
