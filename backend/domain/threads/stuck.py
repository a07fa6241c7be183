"""Threads that nobody looks after, although the sweeps should have: for whoever looks after Cuppa."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Exists, Min, OuterRef

from backend.domain import tenancy
from backend.domain.asking.models import AskRound, RoundStatus, Wave, WaveStatus
from backend.domain.threads.models import Thread
from backend.domain.threads.states import OPEN_STATUSES

OVERDUE: Final = timedelta(minutes=2)  # the sweeps look every few seconds
_WHY_ACROSS: Final = "whoever looks after an installation looks after all of it; only counts leave"


@dataclass(frozen=True)
class Late:
    """How many are late, and since when the first of them was due."""

    count: int
    since: datetime | None


def measure_due_threads(*, now: datetime) -> Late:
    """Return how many open threads are past due, and nobody was reminded of them."""
    threads = tenancy.across_organisations(Thread, why=_WHY_ACROSS)
    late = threads.filter(status__in=OPEN_STATUSES, next_due_at__lt=now - OVERDUE)
    return Late(**late.aggregate(count=Count("pk"), since=Min("next_due_at")))


def measure_due_waves(*, now: datetime) -> Late:
    """Return how many waves should have been fired."""
    waves = tenancy.across_organisations(Wave, why=_WHY_ACROSS)
    late = waves.filter(status=WaveStatus.WAITING, due_at__lt=now - OVERDUE, round__status=RoundStatus.OPEN)
    return Late(**late.aggregate(count=Count("pk"), since=Min("due_at")))


def measure_ended_ladders() -> Late:
    """Return how many rounds are open with no wave left to fire: their askers wait for nobody."""
    waiting = tenancy.across_organisations(Wave, why=_WHY_ACROSS).filter(
        round=OuterRef("pk"), status=WaveStatus.WAITING
    )
    rounds = tenancy.across_organisations(AskRound, why=_WHY_ACROSS).filter(~Exists(waiting), status=RoundStatus.OPEN)
    return Late(**rounds.aggregate(count=Count("pk"), since=Min("opened_at")))
