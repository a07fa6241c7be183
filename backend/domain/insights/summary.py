"""How asking goes: figures of a period, of an organisation or of what one community answers for. Never of a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, Q, QuerySet

from backend.domain import tenancy
from backend.domain.accounts.models import Community
from backend.domain.actor import Actor
from backend.domain.errors import InvalidInput, NotAllowed
from backend.domain.threads.measures import ANSWERED, DEFLECTED, FIXED, HELD, REPEAT_VISIT
from backend.domain.threads.models import Thread

LEAST_PEOPLE: Final = 5  # design, section 11: of fewer people nothing is shown
SOON: Final = timedelta(minutes=10)
_LONGEST: Final = timedelta(days=366)

_FIRST_RESPONSE = ExpressionWrapper(F("first_response_at") - F("asked_at"), output_field=DurationField())
_TIME_TO_FIX = ExpressionWrapper(F("fixed_at") - F("asked_at"), output_field=DurationField())


class _Median(Aggregate):
    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


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
    if not actor.may_curate:
        raise NotAllowed("Figures are for supervisors and curators.")
    if not timedelta() < ends_at - starts_at <= _LONGEST:
        raise InvalidInput(ends_at="Must be after `starts_at`, by a year at most.")
    community = tenancy.find(actor, Community, community_id) if community_id else None
    asked = tenancy.within(actor, Thread).filter(asked_at__gte=starts_at, asked_at__lt=ends_at)
    figures = _figures(_answered_for_by(community, asked) if community else asked)
    return Summary(community, starts_at, ends_at, figures)


def _answered_for_by(community: Community, asked: QuerySet[Thread]) -> QuerySet[Thread]:
    """Return what the community answers for; one without a family or site answers for all of them."""
    if community.family:
        asked = asked.filter(asset__asset_model__family=community.family)
    return asked.filter(asset__site_id=community.site_id) if community.site_id else asked


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
        median_first_response=_Median(_FIRST_RESPONSE, filter=ANSWERED),
        median_time_to_fix=_Median(_TIME_TO_FIX, filter=FIXED),
    )
    people_count = found.pop("people_count")
    return Figures(**found) if people_count >= LEAST_PEOPLE else None
