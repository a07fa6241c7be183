"""How asking goes: figures of a period, of an organisation or of what one community answers for. Never of a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from backend.domain import tenancy
from backend.domain.accounts.models import Community
from backend.domain.actor import Actor
from backend.domain.insights.periods import (
    FIRST_RESPONSE,
    LEAST_PEOPLE,
    TIME_TO_FIX,
    Median,
    NinthTenth,
    first_useful,
    questions_of,
)
from backend.domain.insights.stopping import Stop, stops_of
from backend.domain.threads.measures import ANSWERED, DEFLECTED, FIXED, HELD, REPEAT_VISIT
from backend.domain.threads.models import Thread
from backend.domain.watching.reporting import monday_of

SOON: Final = timedelta(minutes=10)
_WEEK: Final = timedelta(days=7)
_MOMENT: Final = timedelta(microseconds=1)  # an end is not included


@dataclass(frozen=True)
class Figures:
    """
    Of the questions asked in the period, as they stand now; each is defined in `threads.measures`.

    `useful`: an answer that somebody's try has shown to help. `p90`: of nine in ten.
    """

    asked_count: int
    answered_count: int
    answered_soon_count: int  # within ten minutes
    fixed_count: int
    held_count: int
    deflected_count: int
    repeat_visits_count: int
    median_first_response: timedelta | None
    p90_first_response: timedelta | None
    median_first_useful: timedelta | None
    p90_first_useful: timedelta | None
    median_time_to_fix: timedelta | None
    p90_time_to_fix: timedelta | None


@dataclass(frozen=True)
class Summary:
    """
    `figures` None: fewer than five people asked in the period, and figures would be about them.

    `stops`: where most stop watching a how-to, in the weeks (from Monday, UTC) that the period touches.
    """

    community: Community | None
    starts_at: datetime
    ends_at: datetime
    figures: Figures | None
    stops: list[Stop]


def summarise(*, actor: Actor, community_id: UUID | None = None, starts_at: datetime, ends_at: datetime) -> Summary:
    """
    Return the figures of the questions asked from `starts_at` on, before `ends_at`. At most three queries.

    Tenancy: threads and community are the actor's organisation's.

    :raises NotAllowed: the actor may not curate.
    :raises NotFound: there is no such community in the actor's organisation.
    :raises InvalidInput: the period ends before it starts, or is longer than a year.
    """
    community, asked = questions_of(actor=actor, community_id=community_id, starts_at=starts_at, ends_at=ends_at)
    first_week_on, next_week_on = monday_of(starts_at), monday_of(ends_at - _MOMENT) + _WEEK
    stops = stops_of(actor=actor, community=community, starts_on=first_week_on, ends_on=next_week_on)
    return Summary(community, starts_at, ends_at, _figures(actor, asked), stops)


def _figures(actor: Actor, asked: QuerySet[Thread]) -> Figures | None:
    # By a subquery: joined, a fix that came back twice would count twice in the medians.
    held = Q(pk__in=tenancy.for_figures(actor, Thread).filter(HELD).values("pk"))
    found = asked.annotate(useful_after=first_useful(actor)).aggregate(
        people_count=Count("asker", distinct=True),
        asked_count=Count("pk", distinct=True),
        answered_count=Count("pk", filter=ANSWERED, distinct=True),
        answered_soon_count=Count(
            "pk", filter=ANSWERED & Q(first_response_at__lte=F("asked_at") + SOON), distinct=True
        ),
        fixed_count=Count("pk", filter=FIXED, distinct=True),
        held_count=Count("pk", filter=held, distinct=True),
        deflected_count=Count("pk", filter=DEFLECTED, distinct=True),
        repeat_visits_count=Count("pk", filter=REPEAT_VISIT, distinct=True),
        median_first_response=Median(FIRST_RESPONSE, filter=ANSWERED),
        p90_first_response=NinthTenth(FIRST_RESPONSE, filter=ANSWERED),
        median_first_useful=Median("useful_after"),
        p90_first_useful=NinthTenth("useful_after"),
        median_time_to_fix=Median(TIME_TO_FIX, filter=FIXED),
        p90_time_to_fix=NinthTenth(TIME_TO_FIX, filter=FIXED),
    )
    people_count = found.pop("people_count")
    return Figures(**found) if people_count >= LEAST_PEOPLE else None
