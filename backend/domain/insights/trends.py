"""How asking goes week by week, and where it goes badly: figures for pictures. Never of a person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import TruncWeek

from backend.domain import tenancy
from backend.domain.accounts.models import Community
from backend.domain.actor import Actor
from backend.domain.asking.models import Ask
from backend.domain.howtos.models import HowToUse
from backend.domain.insights.periods import (
    FIRST_RESPONSE,
    LEAST_PEOPLE,
    TIME_TO_FIX,
    Median,
    NinthTenth,
    answered_for_by,
    first_useful,
    questions_of,
)
from backend.domain.insights.stopping import Stop, stops_of
from backend.domain.threads.measures import ANSWERED, DEFLECTED, FIXED, HELD, REPEAT_VISIT
from backend.domain.threads.models import Thread, Try

_MOST_GROUPS = 20
_WEEK = timedelta(days=7)


@dataclass(frozen=True)
class WeekFigures:
    """Of the questions asked in a week, as they stand now; each as `threads.measures` has it. `p90`: nine of ten."""

    asked_count: int
    answered_count: int
    fixed_count: int
    held_count: int
    repeat_visits_count: int
    deflected_count: int
    median_first_response: timedelta | None
    p90_first_response: timedelta | None
    median_first_useful: timedelta | None
    p90_first_useful: timedelta | None
    median_time_to_fix: timedelta | None
    p90_time_to_fix: timedelta | None


_COUNTED = tuple(field.name for field in fields(WeekFigures))


@dataclass(frozen=True)
class Load:
    """
    How evenly asking was spread. `gini`: 0 when all who were asked were asked equally often, towards 1 when few bear
    most of it. `busiest_fifth_share`, 0..1: what the most asked fifth of them bore.

    Source: Gini's mean difference over twice the mean, by ranks.
    """

    people_count: int
    asks_count: int
    gini: float
    busiest_fifth_share: float


@dataclass(frozen=True)
class Week:
    """From Monday `starts_on`, UTC. What is None is withheld, for fewer than five people are in it, or nobody."""

    starts_on: date
    figures: WeekFigures | None
    reused_count: int | None  # what was known already was worked by: how-tos, and tries of others' solved threads
    load: Load | None


@dataclass(frozen=True)
class Unanswered:
    """Questions about one model and code; `code` is normalised, empty: none was shown."""

    make: str
    model: str
    code: str
    asked_count: int
    unanswered_count: int


@dataclass(frozen=True)
class Trends:
    """`withheld_count`: questions of models and codes about which fewer than five people asked."""

    community: Community | None
    weeks: list[Week]
    unanswered: list[Unanswered]  # most first
    withheld_count: int
    stops: list[Stop]  # where most stop watching a how-to


def trends(*, actor: Actor, community_id: UUID | None = None, weeks_count: int, now: datetime) -> Trends:
    """
    Return the last `weeks_count` whole weeks and the present one. Seven queries at most, whatever they find.

    With a community: of the machines that it answers for. A how-to stands at no site: it goes by the family.
    Tenancy: the actor's organisation only.

    :raises NotAllowed: the actor may not curate.
    :raises NotFound: there is no such community in the actor's organisation.
    :raises InvalidInput: more than a year is asked for.
    """
    ends_at = _monday(now) + _WEEK
    starts_at = ends_at - (weeks_count + 1) * _WEEK
    community, asked = questions_of(actor=actor, community_id=community_id, starts_at=starts_at, ends_at=ends_at)
    figures = _figures_by_week(actor, asked)
    reused = _reused_by_week(actor, community, starts_at, ends_at)
    loads = _loads_by_week(actor, community, starts_at, ends_at)
    days = [(starts_at + place * _WEEK).date() for place in range(weeks_count + 1)]
    groups, withheld_count = _unanswered(asked)
    return Trends(
        community,
        [Week(day, figures.get(day), reused.get(day), loads.get(day)) for day in days],
        groups,
        withheld_count,
        stops_of(actor=actor, community=community, starts_on=starts_at.date(), ends_on=ends_at.date()),
    )


def _monday(now: datetime) -> datetime:
    today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=today.weekday())


def _figures_by_week(actor: Actor, asked: QuerySet[Thread]) -> dict[date, WeekFigures]:
    # By a subquery: joined, a fix that came back twice would count twice in the medians.
    held = Q(pk__in=tenancy.for_figures(actor, Thread).filter(HELD).values("pk"))
    rows = (
        asked.order_by()
        .annotate(useful_after=first_useful(actor))
        .values(week=TruncWeek("asked_at", tzinfo=UTC))
        .annotate(
            people_count=Count("asker", distinct=True),
            asked_count=Count("pk"),
            answered_count=Count("pk", filter=ANSWERED),
            fixed_count=Count("pk", filter=FIXED),
            held_count=Count("pk", filter=held),
            repeat_visits_count=Count("pk", filter=REPEAT_VISIT),
            deflected_count=Count("pk", filter=DEFLECTED),
            median_first_response=Median(FIRST_RESPONSE, filter=ANSWERED),
            p90_first_response=NinthTenth(FIRST_RESPONSE, filter=ANSWERED),
            median_first_useful=Median("useful_after"),
            p90_first_useful=NinthTenth("useful_after"),
            median_time_to_fix=Median(TIME_TO_FIX, filter=FIXED),
            p90_time_to_fix=NinthTenth(TIME_TO_FIX, filter=FIXED),
        )
    )
    told: list[dict[str, Any]] = [dict(row) for row in rows if row["people_count"] >= LEAST_PEOPLE]
    return {row["week"].date(): WeekFigures(**{name: row[name] for name in _COUNTED}) for row in told}


def _reused_by_week(
    actor: Actor, community: Community | None, starts_at: datetime, ends_at: datetime
) -> dict[date, int]:
    uses = tenancy.within(actor, HowToUse).filter(used_at__gte=starts_at, used_at__lt=ends_at)
    uses = uses.filter(answered_for_by(community))
    tries = tenancy.for_figures(actor, Try).filter(
        started_at__gte=starts_at, started_at__lt=ends_at, moves_thread=False
    )
    of_thread = Q(asset__isnull=True) & answered_for_by(community, asset="thread__asset")
    tries = tries.filter(of_thread | Q(asset__isnull=False) & answered_for_by(community))
    counted: dict[date, int] = defaultdict(int)
    people: dict[date, set[UUID]] = defaultdict(set)
    for rows, column in ((uses, "used_at"), (tries, "started_at")):
        weekly = rows.order_by().values_list(TruncWeek(column, tzinfo=UTC), "person_id").annotate(count=Count("pk"))
        for week, person_id, count in weekly:
            counted[week.date()] += count
            people[week.date()].add(person_id)
    return {week: count for week, count in counted.items() if len(people[week]) >= LEAST_PEOPLE}


def _loads_by_week(
    actor: Actor, community: Community | None, starts_at: datetime, ends_at: datetime
) -> dict[date, Load]:
    asks = tenancy.for_figures(actor, Ask).filter(asked_at__gte=starts_at, asked_at__lt=ends_at, is_silent=False)
    asks = asks.filter(answered_for_by(community, asset="round__asset"))
    rows = asks.order_by().values_list(TruncWeek("asked_at", tzinfo=UTC), "person_id").annotate(count=Count("pk"))
    by_week: dict[date, list[int]] = defaultdict(list)
    for week, _person_id, count in rows:
        by_week[week.date()].append(count)
    return {week: load_of(counts) for week, counts in by_week.items() if len(counts) >= LEAST_PEOPLE}


def load_of(counts: Sequence[int]) -> Load:
    """Return how evenly asking was spread among people who were asked so many times each."""
    ordered, total, number = sorted(counts), sum(counts), len(counts)
    by_rank = sum(rank * count for rank, count in enumerate(ordered, start=1))
    busiest = ordered[-max(1, round(number / 5)) :]
    return Load(
        people_count=number,
        asks_count=total,
        gini=2 * by_rank / (number * total) - (number + 1) / number,
        busiest_fifth_share=sum(busiest) / total,
    )


def _unanswered(asked: QuerySet[Thread]) -> tuple[list[Unanswered], int]:
    known_already = asked.filter(DEFLECTED)
    rows = (
        asked.exclude(pk__in=known_already.values("pk"))
        .order_by()
        .values_list("asset__asset_model__make", "asset__asset_model__name", "fault_code")
        .annotate(
            people_count=Count("asker", distinct=True),
            asked_count=Count("pk"),
            unanswered_count=Count("pk") - Count("pk", filter=ANSWERED),
        )
        .order_by(F("unanswered_count").desc(), F("asked_count").desc(), "asset__asset_model__make", "fault_code")
    )
    told = [Unanswered(*row[:3], *row[4:]) for row in rows if row[3] >= LEAST_PEOPLE]
    withheld_count = sum(row[4] for row in rows if row[3] < LEAST_PEOPLE)
    return [one for one in told if one.unanswered_count][:_MOST_GROUPS], withheld_count
