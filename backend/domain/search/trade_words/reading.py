"""Read the files of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

from backend.domain.search.languages import only_words

_FOLDER = Path(__file__).parent

# What another word counts, of the word itself. On FaultTalk 0.35 to 0.5 do alike *(measured)*.
SAME_WEIGHT = 0.9  # forms and spellings that stemming leaves apart
LIKE_WEIGHT = 0.45  # what people call the same thing

_RELATIONS = (("en", "en_same.txt", SAME_WEIGHT), ("en", "en_like.txt", LIKE_WEIGHT))


def read_trade_words() -> dict[tuple[str, str, str], float]:
    """Return by (language, word, other word) what the other counts, 0..1, as plain lower-case words."""
    weights: dict[tuple[str, str, str], float] = {}
    for language, name, weight in _RELATIONS:
        for line in _lines(name):
            for word, other in permutations(line, 2):
                key = (language, word, other)
                weights[key] = max(weight, weights.get(key, 0.0))
    return weights


def _lines(name: str) -> Iterator[list[str]]:
    """Yield the single words of each line."""
    for line in (_FOLDER / name).read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            entries = (only_words(entry).lower() for entry in line.split(","))
            yield [entry for entry in entries if entry and " " not in entry]
