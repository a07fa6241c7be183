"""What the reports of one fault come to, and whether something lacks for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from backend.domain.insights.clustering import cluster
from backend.domain.insights.reading import AskedFault, Evidence, FruitlessSearch
from backend.domain.insights.reports import Report, ReportKind


@dataclass(frozen=True)
class Fault:
    """
    One fault with what was asked and looked for about it, the oldest first; not what came before a how-to was released.

    `key` names it the next time, too: by model and code, else by its oldest report.
    """

    key: str
    model_id: UUID | None
    code: str
    has_howto: bool
    threads: list[AskedFault]
    searches: list[FruitlessSearch]

    @property
    def is_gap(self) -> bool:
        """Whether nobody could answer it, it was asked more than once and never written down, or it is not found."""
        is_left = any(thread.is_left for thread in self.threads)
        return is_left or bool(self.searches) or (not self.has_howto and len(self.threads) > 1)

    @property
    def times(self) -> list[datetime]:
        """When it was asked and looked for, the oldest first."""
        return sorted([*(thread.asked_at for thread in self.threads), *(search.at for search in self.searches)])

    @property
    def people(self) -> set[UUID]:
        return {*(thread.asker_id for thread in self.threads), *(search.person_id for search in self.searches)}


def faults_in(evidence: Evidence) -> Iterable[Fault]:
    """Yield each fault that the reports are about."""
    for group in cluster(evidence.reports):
        yield _fault(group, evidence)


def _fault(group: Sequence[Report], evidence: Evidence) -> Fault:
    released_at = max((one.at for one in group if one.kind is ReportKind.HOWTO), default=None)
    lasting = [one for one in group if released_at is None or one.at > released_at]
    model_id = next((one.model_id for one in group if one.model_id), None)
    code = next((one.code for one in group if one.code), "")
    return Fault(
        key=f"{model_id}/{code}" if model_id and code else _name_of(group[0], evidence),
        model_id=model_id,
        code=code,
        has_howto=released_at is not None,
        threads=[evidence.threads[one.id] for one in lasting if one.kind is ReportKind.THREAD],
        searches=[evidence.searches[one.id] for one in lasting if one.kind is ReportKind.SEARCH],
    )


def _name_of(report: Report, evidence: Evidence) -> str:
    return evidence.searches[report.id].words if report.kind is ReportKind.SEARCH else str(report.id)
