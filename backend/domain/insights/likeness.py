"""How much two reports have in common, by the rarity of their words."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

from backend.domain.insights.reports import Report

# What two reports must have in common of the rarity of their words: a weighted Jaccard index. On FaultTalk, told once
# more in other words and without the code, 0.2 brings 92 % of the threads of one fault together and none of others;
# 0.15 brings 96 %, and mixes 2 % *(measured)*.
ALIKE = 0.2

# A word that more reports of one model hold tells none of them apart: it brings no two of them to be compared.
_MOST_HOLDERS = 40


Terms = frozenset[str]


class Link(NamedTuple):
    """That two reports, named by their places, are alike."""

    unlikeness: float  # 1: nothing in common; so that links sort by strength, then by age
    first: int
    second: int


def list_links(reports: Sequence[Report]) -> list[Link]:
    """
    Return what is alike, the strongest first: of one model, or with a search that names none.

    Of such a search there is the strongest link only, or it would be a bridge. Two codes have decided by themselves.
    """
    likeness = _Likeness(reports)
    links = {link for places in _by_model(reports) for link in _links_of_model(reports, likeness, places)}
    links.update(_strongest_of_searches(reports, likeness))
    return sorted(links)


class _Likeness:
    """How alike two reports are. `holders_count` says how many reports hold a term."""

    def __init__(self, reports: Sequence[Report]) -> None:
        self._terms = [report.terms for report in reports]
        self.holders_count = Counter(chain.from_iterable(self._terms))
        self._rarity = _rarities(self.holders_count, len(reports))
        self._weights = [sum(map(self._rarity.__getitem__, terms)) for terms in self._terms]

    def link(self, place: int, other: int) -> Link | None:
        """Return the link of two reports that share a term; None: they are not alike."""
        shared = sum(map(self._rarity.__getitem__, self._terms[place] & self._terms[other]))
        likeness = shared / (self._weights[place] + self._weights[other] - shared)
        return Link(1 - likeness, min(place, other), max(place, other)) if likeness >= ALIKE else None


def _by_model(reports: Sequence[Report]) -> Iterable[list[int]]:
    """Return the places of the reports of each model of which one has no code: of others the codes say all."""
    without_code = {report.model_id for report in reports if report.model_id and not report.code}
    places: dict[str, list[int]] = defaultdict(list)
    for place, report in enumerate(reports):
        if report.model_id in without_code:
            places[report.model_id].append(place)
    return places.values()


def _links_of_model(reports: Sequence[Report], likeness: _Likeness, places: Sequence[int]) -> Iterator[Link]:
    """Yield each link of a report without a code once: those with one do not look for others."""
    holders = _holders((place, reports[place].terms) for place in places)
    for place in places:
        if reports[place].code:
            continue
        for other in _near(reports[place].terms, holders):
            is_first = other < place or reports[other].code
            if is_first and other != place and (link := likeness.link(place, other)):
                yield link


def _strongest_of_searches(reports: Sequence[Report], likeness: _Likeness) -> Iterator[Link]:
    """Yield the strongest link of each search that names no model."""
    searches = [place for place, report in enumerate(reports) if not report.model_id]
    asked = frozenset[str]().union(*(reports[place].terms for place in searches))
    telling = frozenset(term for term in asked if likeness.holders_count[term] <= _MOST_HOLDERS)
    holders = _holders((place, report.terms & telling) for place, report in enumerate(reports))
    for place in searches:
        near = _near(reports[place].terms & telling, holders) - {place}
        alike = [link for other in near if (link := likeness.link(place, other))]
        if alike:
            yield min(alike)


def _holders(terms_at: Iterable[tuple[int, Terms]]) -> Mapping[str, list[int]]:
    """Return the places of the reports that hold each term."""
    holders: dict[str, list[int]] = defaultdict(list)
    for place, terms in terms_at:
        for term in terms:
            holders[term].append(place)
    return holders


def _near(terms: Terms, holders: Mapping[str, list[int]]) -> set[int]:
    """Return the places of the reports that hold a telling one of `terms`; their own may be among them."""
    return {other for term in terms if len(held := holders[term]) <= _MOST_HOLDERS for other in held}


def _rarities(holders_count: Mapping[str, int], total: int) -> Mapping[str, float]:
    """Return what each term counts: BM25's inverse document frequency, as in search."""
    return {term: math.log(1 + (total - count + 0.5) / (count + 0.5)) for term, count in holders_count.items()}
