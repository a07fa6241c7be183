"""
Which reports are about one fault.

The same code on the same model is one fault. Without a code the words decide: two reports of one model whose rare
words are much the same. Reports of other models are never one fault, nor are other codes of one model. A search that
names no machine goes to what it is most like, and brings nothing together.

Agglomerative, by single links, the strongest first. Deterministic: it depends on the reports, not on their order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from backend.domain.insights.likeness import list_links
from backend.domain.insights.reports import Report


def cluster(reports: Iterable[Report]) -> list[list[Report]]:
    """Return the reports fault by fault, each the oldest first; faults in the order of their oldest report."""
    ordered = sorted(reports, key=lambda report: (report.at_s, report.id))
    groups = _Groups(ordered)
    groups.join_what_is_said_to_be_one()
    for link in list_links(ordered):
        groups.join(link.first, link.second)
    return groups.listed()


class _Groups:
    """Union-find over the places of reports; each group knows its model and its code."""

    def __init__(self, reports: Sequence[Report]) -> None:
        self._reports = reports
        self._parent = list(range(len(reports)))
        self._model = [report.model_id or "" for report in reports]
        self._code = [report.code for report in reports]

    def join_what_is_said_to_be_one(self) -> None:
        """Join the reports of one code of one model, and each how-to with the thread that it was made from."""
        first_of: dict[tuple[str, str], int] = {}
        place_of = {report.id: place for place, report in enumerate(self._reports)}
        for place, report in enumerate(self._reports):
            if report.model_id and report.code:
                self.join(first_of.setdefault((report.model_id, report.code), place), place)
            if report.made_from_id:
                self.join(place_of.get(report.made_from_id, place), place)

    def join(self, first: int, second: int) -> None:
        """Make one group of both, unless they are of different machines or codes."""
        root, other = sorted((self._find(first), self._find(second)))
        if root == other or _differ(self._model, root, other) or _differ(self._code, root, other):
            return
        self._parent[other] = root
        self._model[root] = self._model[root] or self._model[other]
        self._code[root] = self._code[root] or self._code[other]

    def listed(self) -> list[list[Report]]:
        groups: dict[int, list[Report]] = defaultdict(list)
        for place, report in enumerate(self._reports):
            groups[self._find(place)].append(report)
        return list(groups.values())

    def _find(self, place: int) -> int:
        while self._parent[place] != place:
            self._parent[place] = self._parent[self._parent[place]]
            place = self._parent[place]
        return place


def _differ(names: Sequence[str], first: int, second: int) -> bool:
    """Return whether both have a name, and not the same one."""
    return bool(names[first] and names[second]) and names[first] != names[second]
