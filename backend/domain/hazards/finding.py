"""
Where a text says something hazardous: whole words in their usual inflections, never inside of other words.

A light stemmer in the manner of Harman's S-stemmer (JASIS 42, 1991) with the endings of English verbs and German nouns
added: it must treat a phrase and a text alike, and keep the places, which PostgreSQL's dictionaries do not give.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from backend.domain.hazards.kinds import HazardKind

GAP = "…"
REST = "*"  # of a word
EXCEPTION = "-"  # before a phrase that is harmless
MAX_GAP_WORDS = 3
_WORD = re.compile(r"(?:[^\W_]|[\u0300-\u036f])+|[.!?;:\n]")
_PHRASE_WORD = re.compile(r"\*?(?:[^\W_]|[\u0300-\u036f])+\*?|…")
_STOPS = frozenset(".!?;:\n")
_FILLERS = frozenset(
    {"the", "a", "an", "your", "its", "this", "that", "der", "die", "das", "den", "dem", "le", "la", "les", "l"}
)
_ENDINGS = ("ings", "ing", "ees", "ed", "es", "en", "ee", "e", "s")
_SHORTEST_STEM = 3


@dataclass(frozen=True)
class Found:
    """One hazardous phrase. `start` and `end` count Unicode code points of the text."""

    kind: HazardKind
    said: str  # as it stands in the text
    start: int
    end: int


@dataclass(frozen=True)
class _Token:
    stem: str
    start: int
    end: int


def find_hazards(text: str, phrases: Mapping[HazardKind, Iterable[str]]) -> list[Found]:
    """
    Return the places where `text` says one of `phrases`, in the order of the text; of each kind without overlaps.

    In a phrase `…` stands for up to three other words of the sentence, `*` for the rest of a word. One that begins
    with `-` is an exception: what overlaps a place where the text says that is not counted.
    """
    words = _Words(text)
    found: list[Found] = []
    for kind, listed in phrases.items():
        said = {phrase: list(words.spans(stems_of(phrase))) for phrase in listed}
        harmless = [span for phrase, spans in said.items() if is_exception(phrase) for span in spans]
        spans = {span for phrase, spans in said.items() if not is_exception(phrase) for span in spans}
        counted = sorted(span for span in spans if not any(_overlap(span, other) for other in harmless))
        found += [Found(kind, text[start:end], start, end) for start, end in _joined(counted)]
    return sorted(found, key=lambda one: (one.start, one.end, one.kind))


def is_exception(phrase: str) -> bool:
    """Return whether a phrase says what is harmless."""
    return phrase.startswith(EXCEPTION)


@lru_cache(maxsize=10_000)
def stems_of(phrase: str) -> tuple[str, ...]:
    """Return what a phrase is compared by: its stems, without articles, and the gaps."""
    stems = (_pattern(word) for word in _PHRASE_WORD.findall(phrase))
    return tuple(stem for stem in stems if stem not in _FILLERS)


def has_a_word(phrase: str) -> bool:
    """Return whether the phrase names a word beside its gaps, and neither begins nor ends with a gap."""
    stems = stems_of(phrase)
    return bool(stems) and stems[0] != GAP and stems[-1] != GAP


def _pattern(word: str) -> str:
    if word == GAP:
        return word
    first, last = REST * word.startswith(REST), REST * word.endswith(REST)
    # What is the beginning of a word keeps its letters: its ending is not the word's.
    return f"{first}{_folded(word.strip(REST)) if last else _stem(word.strip(REST))}{last}"


def _folded(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word.casefold())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


@lru_cache(maxsize=50_000)  # the words of the trades come again and again
def _stem(word: str) -> str:
    folded = _folded(word)
    if folded in _FILLERS:
        return folded
    for ending in _ENDINGS:
        if folded.endswith(ending) and len(folded) - len(ending) >= _SHORTEST_STEM:
            folded = folded.removesuffix(ending)
            break
    if len(folded) > _SHORTEST_STEM and folded[-1] == folded[-2]:
        folded = folded[:-1]  # "jumpped", and "bypass" beside "bypasses"
    return f"{folded[:-1]}i" if len(folded) > _SHORTEST_STEM and folded.endswith("y") else folded


class _Words:
    """The words of a text, without articles, and where each of them stands: few phrases begin with one of these."""

    def __init__(self, text: str) -> None:
        tokens = (_Token(_stem(match.group()), *match.span()) for match in _WORD.finditer(text))
        self._tokens = [token for token in tokens if token.stem not in _FILLERS]
        self._places: dict[str, list[int]] = defaultdict(list)
        for place, token in enumerate(self._tokens):
            self._places[token.stem].append(place)

    def spans(self, stems: Sequence[str]) -> Iterator[tuple[int, int]]:
        """Yield where a phrase of these stems begins and ends in the text."""
        for first in self._beginnings(stems[0]) if stems else ():
            last = self._last_of(first, stems)
            if last is not None:
                yield self._tokens[first].start, self._tokens[last].end

    def _beginnings(self, pattern: str) -> Sequence[int]:
        if REST not in pattern:
            return self._places.get(pattern, ())
        return [place for stem, places in self._places.items() if _fits(stem, pattern) for place in places]

    def _last_of(self, first: int, stems: Sequence[str]) -> int | None:
        """Return the place of the phrase's last word, when its words follow each other from `first` on; else None."""
        at, room = first, 0
        for stem in stems[1:]:
            if stem == GAP:
                room = MAX_GAP_WORDS
                continue
            following = range(at + 1, min(at + 2 + room, len(self._tokens)))
            place = next((one for one in following if _fits(self._tokens[one].stem, stem)), None)
            if place is None or any(token.stem in _STOPS for token in self._tokens[at + 1 : place]):
                return None
            at, room = place, 0
        return at


def _fits(stem: str, pattern: str) -> bool:
    core = pattern.strip(REST)
    if pattern.startswith(REST) and pattern.endswith(REST):
        return core in stem
    if pattern.startswith(REST):
        return stem.endswith(core)
    return stem.startswith(core) if pattern.endswith(REST) else stem == core


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
