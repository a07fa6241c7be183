"""How asking goes: figures of a period, of an organisation or of what one community answers for. Never of a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from backend.domain.accounts.models import Community
from backend.domain.actor import Actor
from backend.domain.insights.periods import FIRST_RESPONSE, LEAST_PEOPLE, TIME_TO_FIX, Median, questions_of
from backend.domain.threads.measures import ANSWERED, DEFLECTED, FIXED, HELD, REPEAT_VISIT
from backend.domain.threads.models import Thread

SOON: Final = timedelta(minutes=10)


@dataclass(frozen=True)
class Figures:
    """Of the questions asked in the period, as they stand now; each is defined in `threads.measures`."""

    asked_count: int
    answered_count: int
    answered_soon_count: int  # within ten minutes
    fixed_count: int
    held_count: int
    deflected_count: int
    repeat_visits_count: int
    median_first_response: timedelta | None
    median_time_to_fix: timedelta | None


@dataclass(frozen=True)
class Summary:
    """`figures` None: fewer than five people asked in the period, and figures would be about them."""

    community: Community | None
    starts_at: datetime
    ends_at: datetime
    figures: Figures | None


def summarise(*, actor: Actor, community_id: UUID | None = None, starts_at: datetime, ends_at: datetime) -> Summary:
    """
    Return the figures of the questions asked from `starts_at` on, before `ends_at`. At most two queries.

    Tenancy: threads and community are the actor's organisation's.

    :raises NotAllowed: the actor may not curate.
    :raises NotFound: there is no such community in the actor's organisation.
    :raises InvalidInput: the period ends before it starts, or is longer than a year.
    """
    community, asked = questions_of(actor=actor, community_id=community_id, starts_at=starts_at, ends_at=ends_at)
    return Summary(community, starts_at, ends_at, _figures(asked))


def _figures(asked: QuerySet[Thread]) -> Figures | None:
    found = asked.aggregate(
        people_count=Count("asker", distinct=True),
        asked_count=Count("pk", distinct=True),
        answered_count=Count("pk", filter=ANSWERED, distinct=True),
        answered_soon_count=Count(
            "pk", filter=ANSWERED & Q(first_response_at__lte=F("asked_at") + SOON), distinct=True
        ),
        fixed_count=Count("pk", filter=FIXED, distinct=True),
        held_count=Count("pk", filter=HELD, distinct=True),
        deflected_count=Count("pk", filter=DEFLECTED, distinct=True),
        repeat_visits_count=Count("pk", filter=REPEAT_VISIT, distinct=True),
        median_first_response=Median(FIRST_RESPONSE, filter=ANSWERED),
        median_time_to_fix=Median(TIME_TO_FIX, filter=FIXED),
    )
    people_count = found.pop("people_count")
    return Figures(**found) if people_count >= LEAST_PEOPLE else None
