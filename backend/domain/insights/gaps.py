"""What should be taught or written next: faults that nobody could answer, that come again, and that nobody finds."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID, uuid5

from backend.domain.actor import Actor
from backend.domain.equipment.models import AssetModel
from backend.domain.errors import NotAllowed, NotFound
from backend.domain.insights.decisions import Decisions, read_decisions, status_by
from backend.domain.insights.faults import Fault, faults_in
from backend.domain.insights.knowing import Knowledge, read_knowledge
from backend.domain.insights.models import GapDecision
from backend.domain.insights.reading import AskedFault, Evidence, read_evidence
from backend.domain.insights.states import GapStatus

# What a gap has cost the field, in minutes. Somebody's waiting counts up to a working day. What a search that finds
# nothing and a second journey cost is an estimate.
LONGEST_WAIT: Final = timedelta(hours=8)
MINUTES_OF_A_SEARCH: Final = 5
MINUTES_OF_A_JOURNEY: Final = 120

_LEAST_PEOPLE: Final = 2  # a count of one would say who


class Missing(StrEnum):
    ANSWER = "answer"  # nobody has fixed it
    HOWTO = "howto"
    PERSON = "person"  # nobody who is here is known to know such machines
    WORDS = "words"  # there is a how-to; people who look for it call it something else


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
    thread_ids: tuple[UUID, ...]
    searches: tuple[str, ...]  # each wording once
    first_at: datetime
    last_at: datetime
    status: GapStatus
    decision: GapDecision | None  # the last one, also when the gap came back since


def list_gaps(*, actor: Actor, status: GapStatus | None = None, now: datetime) -> list[Gap]:
    """
    Return the gaps of the last 90 days, the dearest first: of one status, or all.

    Tenancy: the actor's organisation. Eight queries, whatever they find.

    :raises NotAllowed: the actor may not curate.
    """
    if not actor.may_curate:
        raise NotAllowed("Gaps are for supervisors and curators.")
    evidence = read_evidence(actor=actor, now=now)
    knowledge, decisions = read_knowledge(actor=actor), read_decisions(actor=actor)
    gaps = [
        _gap(actor, fault, evidence, knowledge, decisions, now=now) for fault in faults_in(evidence) if fault.is_gap
    ]
    wanted = (gap for gap in gaps if status is None or gap.status is status)
    return sorted(wanted, key=lambda gap: (-gap.cost.minutes, gap.first_at, gap.id))


def find_gap(*, actor: Actor, gap_id: UUID, now: datetime) -> Gap:
    """
    Return one gap.

    :raises NotAllowed: the actor may not curate.
    :raises NotFound: there is none with this id in the actor's organisation, or it is one no more.
    """
    found = next((gap for gap in list_gaps(actor=actor, now=now) if gap.id == gap_id), None)
    if found is None:
        raise NotFound("There is no gap with this id.")
    return found


def _gap(
    actor: Actor, fault: Fault, evidence: Evidence, knowledge: Knowledge, decisions: Decisions, *, now: datetime
) -> Gap:
    gap_id = uuid5(actor.organisation_id, fault.key)
    thread_ids = tuple(thread.id for thread in reversed(fault.threads))
    searches = tuple(dict.fromkeys(search.words for search in reversed(fault.searches)))
    model = evidence.models[fault.model_id] if fault.model_id else None
    decision = decisions.about(gap_id, thread_ids, searches)
    new_count = sum(decision is not None and at > decision.decided_at for at in fault.times)
    return Gap(
        id=gap_id,
        title=_title(fault),
        asset_model=model,
        fault_code=fault.code,
        missing=_missing(fault, model, knowledge),
        cost=_cost(fault, evidence, now=now),
        threads_count=len(fault.threads),
        unanswered_count=sum(thread.is_left for thread in fault.threads),
        machines_count=len({thread.asset_id for thread in fault.threads}),
        people_count=len(fault.people) if len(fault.people) >= _LEAST_PEOPLE else None,
        thread_ids=thread_ids,
        searches=searches,
        first_at=fault.times[0],
        last_at=fault.times[-1],
        status=status_by(decision, new_count=new_count),
        decision=decision,
    )


def _title(fault: Fault) -> str:
    """Return the title of the newest thread, or the words that were searched most."""
    if fault.threads:
        return fault.threads[-1].title
    return Counter(search.words for search in fault.searches).most_common(1)[0][0]


def _missing(fault: Fault, model: AssetModel | None, knowledge: Knowledge) -> tuple[Missing, ...]:
    lacks = {
        Missing.ANSWER: not fault.has_howto and not any(thread.is_solved for thread in fault.threads),
        Missing.HOWTO: not fault.has_howto,
        Missing.PERSON: model is not None and not knowledge.is_there_for(model),
        Missing.WORDS: fault.has_howto and bool(fault.searches),
    }
    return tuple(what for what, is_missing in lacks.items() if is_missing)


def _cost(fault: Fault, evidence: Evidence, *, now: datetime) -> Cost:
    waited = sum((_waited(thread, now) for thread in fault.threads), timedelta())
    return Cost(
        minutes_waited=int(waited.total_seconds() // 60),
        minutes_in_vain=sum(evidence.minutes_in_vain.get(thread.id, 0) for thread in fault.threads),
        repeat_visits_count=sum(thread.is_repeat for thread in fault.threads),
        searches_count=len(fault.searches),
    )


def _waited(thread: AskedFault, now: datetime) -> timedelta:
    return min((thread.first_response_at or now) - thread.asked_at, LONGEST_WAIT)
