"""What is a person's own to look after: their questions, what they are asked, and fixes that should have held."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.asking.models import Ask, AskStatus, RoundStatus
from backend.domain.threads.models import HoldCheck, Thread
from backend.domain.threads.queries import list_threads
from backend.domain.threads.states import OPEN_STATUSES, SOLVED_STATUSES, ThreadStatus

MOST = 20  # of each: whoever has more finds the rest by search


@dataclass(frozen=True)
class OwnThings:
    """`asked`: newest first. `to_check`: the last question due about each fix."""

    questions: list[Thread]  # open, the newest first
    parked: list[Thread]
    asked: list[Ask]
    to_check: list[HoldCheck]


def own_things(*, actor: Actor, now: datetime) -> OwnThings:
    """Return what the actor should look at, at most `MOST` of each kind, in a constant number of queries."""
    own = list_threads(actor=actor).filter(asker_id=actor.person_id)
    return OwnThings(
        questions=list(own.filter(status__in=OPEN_STATUSES)[:MOST]),
        parked=list(own.filter(status=ThreadStatus.PARKED)[:MOST]),
        asked=_asked_of(actor),
        to_check=_to_check(actor, now=now),
    )


def _asked_of(actor: Actor) -> list[Ask]:
    asks = tenancy.within(actor, Ask).filter(
        person_id=actor.person_id,
        status__in=[AskStatus.ASKED, AskStatus.CLAIMED],
        round__status__in=[RoundStatus.OPEN, RoundStatus.UNANSWERED],
    )
    return list(asks.select_related("round__asset__asset_model", "round__asker__site").order_by("-asked_at")[:MOST])


def _to_check(actor: Actor, *, now: datetime) -> list[HoldCheck]:
    due = tenancy.within(actor, HoldCheck).filter(
        thread__asker_id=actor.person_id,
        thread__status__in=SOLVED_STATUSES,
        thread__fixed_at=F("fixed_at"),
        has_held=None,
        due_at__lte=now,
    )
    latest = due.order_by("thread_id", "-days").distinct("thread_id")
    return list(latest.select_related("thread__asset__asset_model")[:MOST])
