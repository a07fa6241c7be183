"""What the reports of one fault come to, and whether something lacks for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from backend.domain.insights.clustering import cluster
from backend.domain.insights.reading import Evidence
from backend.domain.insights.reports import Report, ReportKind

# What a gap has cost the field, in minutes, beside waiting and trying in vain: estimates.
MINUTES_OF_A_JOURNEY = 120
MINUTES_OF_A_SEARCH = 5


@dataclass(frozen=True)
class Cost:
    """What it has cost the field: `minutes` is the sum that gaps are ranked by."""

    minutes_waited: int
    minutes_in_vain: int  # of tries that did not help
    repeat_visits_count: int
    searches_count: int

    @property
    def minutes(self) -> int:
        journeys = self.repeat_visits_count * MINUTES_OF_A_JOURNEY
        return self.minutes_waited + self.minutes_in_vain + journeys + self.searches_count * MINUTES_OF_A_SEARCH


@dataclass(frozen=True)
class Fault:
    """
    One fault with what was asked and looked for about it, the oldest first; not what came before a how-to was released.

    `key` names it the next time, too: by model and code, else by its oldest report.
    """

    key: str
    model_id: str | None
    code: str
    has_howto: bool
    threads: list[Report]
    searches: list[Report]
    cost: Cost

    @property
    def is_gap(self) -> bool:
        """Whether nobody could answer it, it was asked more than once and never written down, or it is not found."""
        is_left = any(thread.is_left for thread in self.threads)
        return is_left or bool(self.searches) or (not self.has_howto and len(self.threads) > 1)

    @property
    def times_s(self) -> list[float]:
        """When it was asked and looked for, the oldest first."""
        return sorted(report.at_s for report in (*self.threads, *self.searches))


def gaps_in(evidence: Evidence) -> Iterator[Fault]:
    """Yield each fault for which something lacks."""
    for group in cluster(evidence.reports):
        # Most reports stand alone, and of those most were answered: they are not even summed up.
        if len(group) > 1 or group[0].is_left or group[0].kind is ReportKind.SEARCH:
            fault = _fault(group, evidence)
            if fault.is_gap:
                yield fault


def _fault(group: Sequence[Report], evidence: Evidence) -> Fault:
    released_s = max((one.at_s for one in group if one.kind is ReportKind.HOWTO), default=None)
    lasting = [one for one in group if released_s is None or one.at_s > released_s]
    model_id = next((one.model_id for one in group if one.model_id), None)
    code = next((one.code for one in group if one.code), "")
    threads = [one for one in lasting if one.kind is ReportKind.THREAD]
    searches = [one for one in lasting if one.kind is ReportKind.SEARCH]
    first = group[0]
    return Fault(
        key=f"{model_id}/{code}" if model_id and code else first.title if first.kind is ReportKind.SEARCH else first.id,
        model_id=model_id,
        code=code,
        has_howto=released_s is not None,
        threads=threads,
        searches=searches,
        cost=Cost(
            minutes_waited=int(sum(thread.waited_s for thread in threads) // 60),
            minutes_in_vain=sum(evidence.minutes_in_vain.get(thread.id, 0) for thread in threads),
            repeat_visits_count=sum(thread.is_repeat for thread in threads),
            searches_count=len(searches),
        ),
    )
