"""How many solved threads each value of a facet would leave. Every filter counts but the facet's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import and_

from django.db.models import Count, Q, QuerySet

from backend.domain import tenancy
from backend.domain.accounts.models import Community
from backend.domain.actor import Actor
from backend.domain.solved.wanted import Facet, Wanted, answered_for_by, condition, fixed_within, has_held
from backend.domain.threads.models import Thread, Try

MOST_VALUES = 20  # of one facet: the commonest
PERIODS_DAYS = (7, 30, 90, 365)


@dataclass(frozen=True)
class ValueCount:
    """How many threads have this `value`; `label` is what people call it, empty where the page says it."""

    value: str
    count: int
    label: str = ""


def count_values(
    threads: QuerySet[Thread], wanted: Wanted, *, actor: Actor, now: datetime
) -> dict[Facet, list[ValueCount]]:
    """Return for each facet its values among `threads`, the commonest first, none with nothing. Ten queries at most."""
    conditions = {facet: condition(facet, wanted, actor=actor, now=now) for facet in Facet}

    def left_by_others(own: Facet) -> QuerySet[Thread]:
        return threads.filter(reduce(and_, (one for facet, one in conditions.items() if facet is not own)))

    return {facet: _COUNTERS[facet](left_by_others(facet), actor, now) for facet in Facet}


def _grouped(threads: QuerySet[Thread], column: str) -> list[ValueCount]:
    rows = threads.order_by().exclude(**{column: ""}).values_list(column).annotate(count=Count("pk"))
    return [ValueCount(value, count) for value, count in rows.order_by("-count", column)[:MOST_VALUES]]


def _by_site(threads: QuerySet[Thread], _actor: Actor, _now: datetime) -> list[ValueCount]:
    rows = threads.order_by().values_list("asset__site_id", "asset__site__name").annotate(count=Count("pk"))
    best = rows.order_by("-count", "asset__site__name")[:MOST_VALUES]
    return [ValueCount(str(site_id), count, name) for site_id, name, count in best]


def _by_community(threads: QuerySet[Thread], actor: Actor, _now: datetime) -> list[ValueCount]:
    communities = list(tenancy.within(actor, Community).order_by("name", "pk"))
    told = [(str(one.pk), one.name, answered_for_by(one)) for one in communities]
    return sorted(_where(threads, told), key=lambda one: (-one.count, one.label))[:MOST_VALUES]


def _by_outcome(threads: QuerySet[Thread], actor: Actor, _now: datetime) -> list[ValueCount]:
    tries = tenancy.within(actor, Try).filter(thread__in=threads.order_by().values("pk")).exclude(outcome="")
    rows = tries.values_list("outcome").annotate(count=Count("thread", distinct=True)).order_by("-count", "outcome")
    return [ValueCount(outcome, count) for outcome, count in rows]


def _by_held(threads: QuerySet[Thread], actor: Actor, _now: datetime) -> list[ValueCount]:
    return _where(threads, [("true", "", has_held(actor)), ("false", "", ~has_held(actor))])


def _by_period(threads: QuerySet[Thread], _actor: Actor, now: datetime) -> list[ValueCount]:
    return _where(threads, [(str(days), "", fixed_within(days, now=now)) for days in PERIODS_DAYS])


def _where(threads: QuerySet[Thread], told: Iterable[tuple[str, str, Q]]) -> list[ValueCount]:
    """Count the threads under each condition, in one query; `told`: value, label and condition."""
    values = {f"value_{place}": one for place, one in enumerate(told)}
    counts = threads.order_by().aggregate(
        **{name: Count("pk", filter=Q(pk__isnull=False) & one[2]) for name, one in values.items()}
    )
    return [ValueCount(value, counts[name], label) for name, (value, label, _) in values.items() if counts[name]]


_COUNTERS: dict[Facet, Callable[[QuerySet[Thread], Actor, datetime], list[ValueCount]]] = {
    Facet.MAKE: lambda threads, _actor, _now: _grouped(threads, "asset__asset_model__make"),
    Facet.MODEL: lambda threads, _actor, _now: _grouped(threads, "asset__asset_model__name"),
    Facet.CODE: lambda threads, _actor, _now: _grouped(threads, "fault_code"),
    Facet.SITE: _by_site,
    Facet.COMMUNITY: _by_community,
    Facet.OUTCOME: _by_outcome,
    Facet.HELD: _by_held,
    Facet.WITHIN_DAYS: _by_period,
}
