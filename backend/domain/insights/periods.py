"""The questions of a period, of an organisation or of what one community answers for: what figures are made of."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Aggregate, DurationField, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery

from backend.domain import tenancy
from backend.domain.accounts.models import Community
from backend.domain.actor import Actor
from backend.domain.errors import InvalidInput, NotAllowed
from backend.domain.threads.models import Suggestion, Thread
from backend.domain.threads.states import TryOutcome

LEAST_PEOPLE: Final = 5  # design, section 11: of fewer people nothing is shown
_LONGEST: Final = timedelta(days=366)

FIRST_RESPONSE = ExpressionWrapper(F("first_response_at") - F("asked_at"), output_field=DurationField())
TIME_TO_FIX = ExpressionWrapper(F("fixed_at") - F("asked_at"), output_field=DurationField())
_HELPED: Final = [TryOutcome.FIXED, TryOutcome.PARTLY]


def first_useful(actor: Actor) -> ExpressionWrapper[Any]:
    """
    Return, for a query of threads, the time from asking to the first useful answer; null: none yet.

    Useful is a suggestion that somebody's try has shown to help: it ended `fixed` or `partly`.
    """
    tried = tenancy.for_figures(actor, Suggestion).filter(thread=OuterRef("pk"), tries__outcome__in=_HELPED)
    first_at = Subquery(tried.order_by("created_at").values("created_at")[:1])
    return ExpressionWrapper(first_at - F("asked_at"), output_field=DurationField())


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
    asked = tenancy.for_figures(actor, Thread).filter(asked_at__gte=starts_at, asked_at__lt=ends_at)
    return community, asked.filter(answered_for_by(community))


def answered_for_by(community: Community | None, *, asset: str = "asset") -> Q:
    """
    Return which rows a community answers for; one without a family or site, or none, answers for all of them.

    `asset` leads from a row to its machine.
    """
    family = Q(**{f"{asset}__asset_model__family": community.family}) if community and community.family else Q()
    return family & Q(**{f"{asset}__site_id": community.site_id}) if community and community.site_id else family
