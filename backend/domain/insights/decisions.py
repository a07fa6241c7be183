"""What was decided about gaps, found again although each gap is worked out anew."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.insights.faults import Fault
from backend.domain.insights.models import GapDecision
from backend.domain.insights.states import GapStatus

_LEAST_NEW = 2  # reports that bring a dismissed gap back


class Decisions:
    """The decisions of one organisation, by whatever tells a gap; false when there are none."""

    def __init__(self, decisions: Collection[GapDecision]) -> None:
        self._by_id = {decision.gap_id: decision for decision in decisions}
        self._by_thread = {str(thread_id): decision for decision in decisions for thread_id in decision.thread_ids}
        self._by_search = {words: decision for decision in decisions for words in decision.searches}

    def __bool__(self) -> bool:
        return bool(self._by_id)

    def about(self, fault: Fault, *, gap_id: UUID) -> GapDecision | None:
        """
        Return what was decided about this gap last.

        It is known by its id, else by a thread, else by a search that it held then: the oldest report, which gives a
        gap without a code its id, is forgotten after 90 days, and others may have come before it.
        """
        known = [self._by_id.get(gap_id)]
        known += [self._by_thread.get(thread.id) for thread in reversed(fault.threads)]
        known += [self._by_search.get(search.title) for search in reversed(fault.searches)]
        return next((decision for decision in known if decision), None)


def read_decisions(*, actor: Actor) -> Decisions:
    """Return everything that was decided, the newest last. One query."""
    decisions = tenancy.within(actor, GapDecision).select_related("owner__site", "decided_by__site")
    return Decisions(decisions.order_by("decided_at", "pk"))


def status_by(decision: GapDecision, *, new_count: int) -> GapStatus:
    """
    Return what a gap is, after `new_count` reports since it was decided about.

    One that was dismissed is open again when as many came anew as it had then: the reason was about those.
    """
    had_count = len(decision.thread_ids) + len(decision.searches)
    has_come_back = decision.status == GapStatus.DISMISSED and new_count >= max(_LEAST_NEW, had_count)
    return GapStatus.OPEN if has_come_back else GapStatus(decision.status)
