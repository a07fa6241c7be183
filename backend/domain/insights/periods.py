"""The questions of a period, of an organisation or of what one community answers for: what figures are made of."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Aggregate, DurationField, ExpressionWrapper, F, QuerySet

from backend.domain import tenancy
from backend.domain.accounts.models import Community
from backend.domain.actor import Actor
from backend.domain.errors import InvalidInput, NotAllowed
from backend.domain.threads.models import Thread

LEAST_PEOPLE: Final = 5  # design, section 11: of fewer people nothing is shown
_LONGEST: Final = timedelta(days=366)

FIRST_RESPONSE = ExpressionWrapper(F("first_response_at") - F("asked_at"), output_field=DurationField())
TIME_TO_FIX = ExpressionWrapper(F("fixed_at") - F("asked_at"), output_field=DurationField())


class Median(Aggregate):
    """The middle of a column of durations, as PostgreSQL's `percentile_cont` has it."""

    function = "PERCENTILE_CONT"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"
    output_field = DurationField()


class NinthTenth(Median):
    """What nine of ten durations do not exceed (p90)."""

    template = "%(function)s(0.9) WITHIN GROUP (ORDER BY %(expressions)s)"


def questions_of(
    *, actor: Actor, community_id: UUID | None = None, starts_at: datetime, ends_at: datetime
) -> tuple[Community | None, QuerySet[Thread]]:
    """
    Return the questions asked from `starts_at` on, before `ends_at`, with the community that answers for them.

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
    return community, _answered_for_by(community, asked) if community else asked


def _answered_for_by(community: Community, asked: QuerySet[Thread]) -> QuerySet[Thread]:
    """Return what the community answers for; one without a family or site answers for all of them."""
    if community.family:
        asked = asked.filter(asset__asset_model__family=community.family)
    return asked.filter(asset__site_id=community.site_id) if community.site_id else asked
