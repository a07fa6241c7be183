"""How words that no dictionary lists are probably said: part names, makers' names. Phones as CMUdict writes them."""

from __future__ import annotations

from collections.abc import Callable

Phones = str
"""Space-separated ARPAbet phones without stress."""

_SUFFIXES = {"s": "Z", "er": "ER", "or": "ER", "ers": "ER Z", "ing": "IH NG", "ed": "D", "less": "L AH S"}
_SHORTEST_PART = 3

# Longest first where one begins another; enough for names that are read as they are spelt.
_SOUNDS = {
    "tion": "SH AH N", "igh": "AY", "ch": "CH", "sh": "SH", "th": "TH", "ph": "F", "ck": "K", "ng": "NG", "qu": "K W",
    "ee": "IY", "ea": "IY", "oo": "UW", "ou": "AW", "ow": "OW", "ai": "EY", "ay": "EY", "oa": "OW", "er": "ER",
    "ir": "ER", "ur": "ER", "ar": "AA R", "or": "AO R", "a": "AE", "b": "B", "c": "K", "d": "D", "e": "EH", "f": "F",
    "g": "G", "h": "HH", "i": "IH", "j": "JH", "k": "K", "l": "L", "m": "M", "n": "N", "o": "AA", "p": "P", "q": "K",
    "r": "R", "s": "S", "t": "T", "u": "AH", "v": "V", "w": "W", "x": "K S", "y": "IY", "z": "Z",
}  # fmt: skip
_LONG_VOWELS = {"a": "EY", "e": "IY", "i": "AY", "o": "OW", "u": "UW"}


def pronounce(word: str, look_up: Callable[[str], Phones | None]) -> Phones | None:
    """
    Return how `word` is said: as listed, else by its parts, else by its spelling; nothing if it is not letters.

    `look_up` returns the dictionary's phones, or nothing.
    """
    if not (word.isascii() and word.isalpha()):
        return None
    word = word.lower()
    return look_up(word) or _by_suffix(word, look_up) or _as_compound(word, look_up) or _by_spelling(word)


def _by_suffix(word: str, look_up: Callable[[str], Phones | None]) -> Phones | None:
    for suffix, phones in sorted(_SUFFIXES.items(), key=lambda item: -len(item[0])):
        stem = word.removesuffix(suffix)
        if stem != word and len(stem) >= _SHORTEST_PART:
            listed = look_up(stem) or look_up(f"{stem}e")
            if listed:
                return f"{listed} {phones}"
    return None


def _as_compound(word: str, look_up: Callable[[str], Phones | None]) -> Phones | None:
    for cut in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
        first, second = look_up(word[:cut]), look_up(word[cut:])
        if first and second:
            return f"{first} {second}"
    return None


def _by_spelling(word: str) -> Phones:
    phones, at = [], 0
    while at < len(word):
        if _is_silent_e(word, at):
            break
        if _is_long_vowel(word, at):
            phones.append(_LONG_VOWELS[word[at]])
            at += 1
            continue
        letters = next(word[at : at + length] for length in (4, 3, 2, 1) if word[at : at + length] in _SOUNDS)
        phones.append(_SOUNDS[letters])
        at += 2 if len(letters) == 1 and word[at : at + 2] == letters * 2 else len(letters)
    return " ".join(phones)


def _is_silent_e(word: str, at: int) -> bool:
    return at == len(word) - 1 and word[at] == "e" and len(word) > 3


def _is_long_vowel(word: str, at: int) -> bool:
    """Return whether a final silent e makes this vowel long: the a of "zephrane"."""
    return at == len(word) - 3 and word[at] in _LONG_VOWELS and word[at + 1] not in _LONG_VOWELS and word[at + 2] == "e"
