"""Read the parts that somebody wrote down in one line after a try."""

from __future__ import annotations

import re
from typing import Final

from backend.domain.howtos.content import Part

_BETWEEN: Final = re.compile(r"[;\n+]|,(?!\d)")  # the comma of 1,5 mm parts nothing
_QUANTITY: Final = re.compile(r"^(\d{1,4})\s*(?:[x×*]\s*|\s)(?=\D)")
_QUANTITY_BEHIND: Final = re.compile(r"\s*[x×*]\s*(\d{1,4})$")
_NUMBER: Final = re.compile(r"\s*\(?(?:\bp/n|\bpart no\.?|\bno\.|#)\s*:?\s*([\w./-]{2,64})\)?", re.IGNORECASE)
_MAX_NAME = 200


def read_parts(line: str) -> tuple[Part, ...]:
    """
    Return the parts that `line` names: "2 x gasket, switch p/n FS-10" are two gaskets and a switch with its number.

    A number is one only after the words that announce it: "M8 bolt" is a name.
    """
    return tuple(part for written in _BETWEEN.split(line) if (part := _read(" ".join(written.split()))))


def _read(written: str) -> Part | None:
    quantity, name, number = 1, written, ""
    for pattern in (_QUANTITY, _QUANTITY_BEHIND):
        if counted := pattern.search(name):
            quantity, name = max(int(counted[1]), 1), pattern.sub("", name)
            break
    if numbered := _NUMBER.search(name):
        number, name = numbered[1], _NUMBER.sub("", name).strip()
    return Part(name[:_MAX_NAME] or number, number, quantity) if name or number else None
