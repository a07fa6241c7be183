"""Cut text to a number of bytes without breaking what a person sees as one character."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator

ELLIPSIS = "…"
_ZERO_WIDTH_JOINER = "\u200d"
_SKIN_TONES = range(0x1F3FB, 0x1F400)
_FLAG_LETTERS = range(0x1F1E6, 0x1F200)


def wire_bytes(text: str) -> int:
    """
    Return how many bytes `text` takes inside a JSON string as the SDK writes it: ASCII with escapes.

    So an emoji counts 12 and a Cyrillic letter 6: more than FCM counts, never less.
    """
    return len(json.dumps(text)) - 2


def cut(text: str, *, max_bytes: int) -> str:
    """Return `text`, or as many of its whole characters as leave room for "…" within `max_bytes` wire bytes."""
    if wire_bytes(text) <= max_bytes:
        return text
    room = max_bytes - wire_bytes(ELLIPSIS)
    kept: list[str] = []
    for character in _characters(text):
        room -= wire_bytes(character)
        if room < 0:
            break
        kept.append(character)
    return "".join(kept).rstrip() + ELLIPSIS


def _characters(text: str) -> Iterator[str]:
    # The part of Unicode's grapheme rules (UAX 29) that names and emoji meet; the standard library has none.
    character = ""
    for point in text:
        if character and not _continues(character, point):
            yield character
            character = ""
        character += point
    if character:
        yield character


def _continues(character: str, point: str) -> bool:
    if point == _ZERO_WIDTH_JOINER or character.endswith(_ZERO_WIDTH_JOINER):
        return True
    if unicodedata.category(point) in {"Mn", "Me", "Mc"} or ord(point) in _SKIN_TONES:
        return True
    return len(character) == 1 and ord(character) in _FLAG_LETTERS and ord(point) in _FLAG_LETTERS
