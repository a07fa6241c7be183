"""Fault codes and part numbers: one written form for what people type, read aloud and film."""

from __future__ import annotations

import re

_DIGIT_WORDS = {
    word: str(digit)
    for digit, word in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    )
} | {"oh": "0"}
_LEADING_ZEROS = re.compile(r"(?<![0-9])0+(?=[0-9])")


def normalise_code(shown: str) -> str:
    """
    Return the form in which codes are compared: upper case, no separators, no leading zeros, digits for number words.

    `E-04`, `e4`, `E 4` and `E four` all give `E4`; `LP2` stays `LP2`; `TX-77` gives `TX77`. Empty stays empty.
    """
    words = re.findall(r"[a-z]+|[0-9]+", shown.lower())
    joined = "".join(_DIGIT_WORDS.get(word, word) for word in words)
    return _LEADING_ZEROS.sub("", joined).upper()
