"""What should be taught or written next: faults that nobody could answer, that come again, and that nobody finds."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID, uuid5

from backend.domain.actor import Actor
from backend.domain.equipment.models import AssetModel
from backend.domain.errors import NotAllowed, NotFound
from backend.domain.insights.decisions import Decisions, read_decisions, status_by
from backend.domain.insights.faults import Cost, Fault, gaps_in
from backend.domain.insights.knowing import Knowledge, read_knowledge
from backend.domain.insights.models import GapDecision
from backend.domain.insights.reading import Evidence, read_evidence
from backend.domain.insights.states import GapStatus

_LEAST_PEOPLE: Final = 2  # a count of one would say who


class Missing(StrEnum):
    ANSWER = "answer"  # nobody has fixed it
    HOWTO = "howto"
    PERSON = "person"  # nobody who is here is known to know such machines
    WORDS = "words"  # there is a how-to; people who look for it call it something else


@dataclass(frozen=True)
class Gap:
    """
    A fault for which something lacks. It says what was asked and looked for, never by whom.

    `people_count`: who asked or searched; None: fewer than two. Threads and searches are the newest first.
    """

    id: UUID
    title: str
    asset_model: AssetModel | None
    fault_code: str
    missing: tuple[Missing, ...]
    cost: Cost
    threads_count: int
    unanswered_count: int
    machines_count: int
    people_count: int | None
    thread_ids: tuple[UUID, ...]  # all of them: a gap is known by its threads
    readable_ids: tuple[UUID, ...]  # those that whoever looks may read
    searches: tuple[str, ...]  # each wording once
    first_at: datetime
    last_at: datetime
    status: GapStatus
    decision: GapDecision | None  # the last one, also when the gap came back since


@dataclass(frozen=True)
class GapList:
    """The dearest gaps; `total_count` counts those beyond the limit, too."""

    items: list[Gap]
    total_count: int


def list_gaps(*, actor: Actor, status: GapStatus | None = None, limit: int | None = None, now: datetime) -> GapList:
    """
    Return the gaps of the last 90 days, the dearest first: of one status, or all.

    Tenancy: the actor's organisation. Eight queries, whatever they find.

    :raises NotAllowed: the actor may not curate.
    """
    desk = _Desk.read(actor, now=now)
    known = ((fault, *desk.decision_about(fault)) for fault in desk.faults)
    wanted = [one for one in known if status is None or one[2] is status]
    wanted.sort(key=lambda one: (-one[0].cost.minutes, one[0].times_s[0], one[0].key))
    return GapList([desk.gap(*one) for one in wanted[:limit]], len(wanted))


def find_gap(*, actor: Actor, gap_id: UUID, now: datetime) -> Gap:
    """
    Return one gap.

    :raises NotAllowed: the actor may not curate.
    :raises NotFound: there is none with this id in the actor's organisation, or it is one no more.
    """
    desk = _Desk.read(actor, now=now)
    fault = next((fault for fault in desk.faults if desk.id_of(fault) == gap_id), None)
    if fault is None:
        raise NotFound("There is no gap with this id.")
    return desk.gap(fault, *desk.decision_about(fault))


@dataclass(frozen=True)
class _Desk:
    """All that a curator's page of gaps is made of."""

    organisation_id: UUID
    evidence: Evidence
    faults: list[Fault]  # those that are gaps
    knowledge: Knowledge
    decisions: Decisions

    @classmethod
    def read(cls, actor: Actor, *, now: datetime) -> _Desk:
        if not actor.may_curate:
            raise NotAllowed("Gaps are for supervisors and curators.")
        evidence = read_evidence(actor=actor, now=now)
        return cls(
            actor.organisation_id,
            evidence,
            list(gaps_in(evidence)),
            read_knowledge(actor=actor),
            read_decisions(actor=actor),
        )

    def id_of(self, fault: Fault) -> UUID:
        return uuid5(self.organisation_id, fault.key)

    def decision_about(self, fault: Fault) -> tuple[GapDecision | None, GapStatus]:
        """Return what was decided last, and what the gap is now."""
        decision = self.decisions.about(fault, gap_id=self.id_of(fault)) if self.decisions else None
        if decision is None:
            return None, GapStatus.OPEN
        decided_s = decision.decided_at.timestamp()
        return decision, status_by(decision, new_count=sum(at_s > decided_s for at_s in fault.times_s))

    def gap(self, fault: Fault, decision: GapDecision | None, status: GapStatus) -> Gap:
        reports = [*fault.threads, *fault.searches]
        people_count = len({report.person_id for report in reports})
        model = self.evidence.models[fault.model_id] if fault.model_id else None
        times_s = fault.times_s
        return Gap(
            id=self.id_of(fault),
            title=_title(fault, model),
            asset_model=model,
            fault_code=fault.code,
            missing=_missing(fault, model, self.knowledge),
            cost=fault.cost,
            threads_count=len(fault.threads),
            unanswered_count=sum(thread.is_left for thread in fault.threads),
            machines_count=len({thread.asset_id for thread in fault.threads}),
            people_count=people_count if people_count >= _LEAST_PEOPLE else None,
            thread_ids=tuple(UUID(thread.id) for thread in reversed(fault.threads)),
            readable_ids=tuple(UUID(thread.id) for thread in reversed(fault.threads) if thread.is_readable),
            searches=tuple(dict.fromkeys(search.title for search in reversed(fault.searches))),
            first_at=datetime.fromtimestamp(times_s[0], UTC),
            last_at=datetime.fromtimestamp(times_s[-1], UTC),
            status=status,
            decision=decision,
        )


def _title(fault: Fault, model: AssetModel | None) -> str:
    """Return the title of the newest thread that may be read, or the words searched most, or what machine it is."""
    titles = [thread.title for thread in fault.threads if thread.is_readable]
    if titles:
        return titles[-1]
    searched = Counter(search.title for search in fault.searches).most_common(1)
    return searched[0][0] if searched else f"{model} {fault.code}".strip()


def _missing(fault: Fault, model: AssetModel | None, knowledge: Knowledge) -> tuple[Missing, ...]:
    lacks = {
        Missing.ANSWER: not fault.has_howto and not any(thread.is_solved for thread in fault.threads),
        Missing.HOWTO: not fault.has_howto,
        Missing.PERSON: model is not None and not knowledge.is_there_for(model),
        Missing.WORDS: fault.has_howto and bool(fault.searches),
    }
    return tuple(what for what, is_missing in lacks.items() if is_missing)
