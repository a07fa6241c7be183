"""Codes, part numbers, models and tags: found in text, and in what somebody typed or said."""

from __future__ import annotations

import re

from backend.domain.equipment.codes import normalise_code

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_UNIT_VALUES = {word: value for value, word in enumerate(_UNITS.split())} | {"oh": 0}
_TENS_VALUES = {word: value for value, word in zip(range(20, 100, 10), _TENS.split(), strict=True)}

_NUMBER_WORD = "(?:" + "|".join([*_UNIT_VALUES, *_TENS_VALUES]) + ")"
_SPOKEN_NUMBER = re.compile(rf"\b{_NUMBER_WORD}(?:[ -]{_NUMBER_WORD})*\b", re.IGNORECASE)
# Capitals, then digits: `TX-77`, `AC 350`, `FK2A`. Small letters would take "in 5 minutes" for a part.
# "A 2" and "I 5" are the beginnings of sentences.
_LETTERS = r"(?:[B-HJ-Z] ?|[A-Z]{2,4} ?|[A-Z]{1,4}(?:-[A-Z]{1,3})?-?)"
_WRITTEN = re.compile(rf"\b{_LETTERS}\d{{1,5}}[A-Z]?(?:-[A-Z0-9]+)*\b|\b\d[A-Z]\d*\b")

_MAX_LENGTH = 24
_WORDS_IN_ONE = 3  # `PTS 114 B`


def find_identifiers(text: str) -> set[str]:
    """Return the normalised codes and parts that `text` mentions, written (`TX-77`) or spoken (`TX seventy-seven`)."""
    return {normalise_code(found) for found in _WRITTEN.findall(write_numbers(text))}


def candidate_identifiers(asked: str) -> list[str]:
    """
    Return what in a query may be an identifier, normalised: each word, and each run of up to three words.

    `chl a E four` gives, among others, `CHLA` and `E4`. A candidate means something only if a document has it.
    """
    tokens = write_numbers(asked).split()
    runs = (tokens[start : start + count] for start in range(len(tokens)) for count in range(1, _WORDS_IN_ONE + 1))
    return list(dict.fromkeys(code for code in map(normalise_code, map(" ".join, runs)) if _may_identify(code)))


def write_numbers(text: str) -> str:
    """Return `text` with numbers in digits as codes are read aloud: `three-fifty` is 350, `seventy-seven` 77."""
    return _SPOKEN_NUMBER.sub(lambda match: _digits(re.split("[ -]", match[0].lower())), text)


def _digits(words: list[str]) -> str:
    digits = ""
    before = ""
    for word in words:
        value = _UNIT_VALUES.get(word, _TENS_VALUES.get(word, 0))
        completes_tens = before in _TENS_VALUES and 0 < value < 10
        digits = digits[:-1] + str(value) if completes_tens else digits + str(value)
        before = word
    return digits


def _may_identify(code: str) -> bool:
    is_a_bare_number = code.isdigit() and len(code) < 4
    return 2 <= len(code) <= _MAX_LENGTH and not is_a_bare_number
