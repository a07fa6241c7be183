"""
Fault codes and model names as people say them, and back: "E four" is what is heard, E4 what is shown.

English number words; in other languages codes are usually heard as digits, which need no help.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import product

from api_schema.media_jobs import Word

_CODE = re.compile(r"([A-Z]{1,4})[-./ ]?(\d{1,4})([A-Z]?)")
_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_TEENS = (
    "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")

Spoken = tuple[str, ...]


def written_code(term: str) -> str | None:
    """Return the code in `term` as it is written in captions (`E-04` → `E4`), or nothing if it is none."""
    match = _CODE.fullmatch(term.strip().upper())
    if match is None:
        return None
    letters, digits, suffix = match.groups()
    return f"{letters}{int(digits)}{suffix}"


def spoken_forms(term: str) -> frozenset[Spoken]:
    """Return the ways to say the code, in lower case, one word a letter; none if `term` is no code."""
    match = _CODE.fullmatch(term.strip().upper())
    if match is None:
        return frozenset()
    letters, digits, suffix = (part.lower() for part in match.groups())
    numbers = _number_forms(digits) | _number_forms(str(int(digits)))
    return frozenset((*letters, *number, *suffix) for number in numbers)


def write_codes(words: Iterable[Word], vocabulary: Iterable[str]) -> list[Word]:
    """
    Return the words with every spoken code of the vocabulary as one written word, as sure as its least sure part.

    What was said stays beside it (`Word.spoken`).
    """
    terms = list(vocabulary)
    forms = {"".join(form): code for term in terms if (code := written_code(term)) for form in spoken_forms(term)}
    longest = max((len(form) for term in terms for form in spoken_forms(term)), default=0)
    heard, written, at = list(words), [], 0
    while at < len(heard):
        length = _matching_length(heard[at : at + longest], forms)
        if length:
            written.append(_merged(heard[at : at + length], forms[_spoken(heard[at : at + length])]))
        else:
            written.append(heard[at])
        at += max(1, length)
    return written


def _matching_length(ahead: list[Word], forms: dict[str, str]) -> int:
    lengths = range(len(ahead), 0, -1)
    return next((length for length in lengths if _spoken(ahead[:length]) in forms), 0)


def _spoken(words: list[Word]) -> str:
    """Return the words as they were said, without gaps: engines write "E-4," or "AC 3 50" or "a c three fifty"."""
    return "".join(part for word in words for part in _parts(word.text))


def _parts(text: str) -> Iterator[str]:
    for part in re.findall(r"[a-z]+|\d", text.lower()):
        yield _DIGITS[int(part)] if part.isdigit() else part


def _merged(words: list[Word], code: str) -> Word:
    return Word(
        text=code,
        start_ms=words[0].start_ms,
        end_ms=words[-1].end_ms,
        confidence=min(word.confidence for word in words),
        spoken=" ".join(word.spoken or " ".join(_parts(word.text)) for word in words),
    )


def _number_forms(digits: str) -> set[Spoken]:
    """Return 350 as "three five zero", "three five oh", "three fifty", "three hundred [and] fifty"."""
    by_digit = set(product(*(("zero", "oh") if digit == "0" else (_DIGITS[int(digit)],) for digit in digits)))
    if digits.startswith("0") or len(digits) == 1:
        return by_digit
    if len(digits) == 2:
        return by_digit | {_below_hundred(int(digits))}
    if len(digits) == 4:
        return by_digit | {(*_below_hundred(int(digits[:2])), *_below_hundred(int(digits[2:])))}
    hundreds, rest = _DIGITS[int(digits[0])], int(digits[1:])
    if rest == 0:
        return by_digit | {(hundreds, "hundred")}
    tail = _below_hundred(rest)
    return by_digit | {(hundreds, *tail), (hundreds, "hundred", *tail), (hundreds, "hundred", "and", *tail)}


def _below_hundred(number: int) -> Spoken:
    if number < 10:
        return (_DIGITS[number],)
    if number < 20:
        return (_TEENS[number - 10],)
    tens, ones = divmod(number, 10)
    return (_TENS[tens], _DIGITS[ones]) if ones else (_TENS[tens],)
