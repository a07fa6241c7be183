"""Word error rate: how many words have to be put in, taken out or exchanged, for each word that was said."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_WORD = re.compile(r"[a-z0-9']+")


@dataclass(frozen=True)
class Score:
    """Errors and words of any number of recordings; scores add up."""

    errors: int = 0
    said: int = 0

    @property
    def rate(self) -> float:
        return self.errors / self.said if self.said else 0.0

    def __add__(self, other: Score) -> Score:
        return Score(self.errors + other.errors, self.said + other.said)


def score(said: str, heard: str) -> Score:
    """Return the errors of `heard`, upper and lower case and punctuation aside."""
    expected = _words(said)
    return Score(_distance(expected, _words(heard)), len(expected))


def score_terms(terms: Iterable[str], said: str, heard: str) -> Score:
    """Return how many of the `terms` in `said` are missing in `heard`, as often as they were said."""
    text, found = f" {' '.join(_words(said))} ", f" {' '.join(_words(heard))} "
    total = Score()
    for term in terms:
        wanted = text.count(f" {term} ")
        total += Score(max(0, wanted - found.count(f" {term} ")), wanted)
    return total


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _distance(expected: list[str], heard: list[str]) -> int:
    row = list(range(len(heard) + 1))
    for line, word in enumerate(expected, start=1):
        above, row[0] = row[0], line
        for column, other in enumerate(heard, start=1):
            above, row[column] = row[column], min(row[column] + 1, row[column - 1] + 1, above + (word != other))
    return row[-1]
