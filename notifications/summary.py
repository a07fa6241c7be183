"""How well an organisation's people are reached, without names: counts and lags for each kind of phone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Aggregate, Count, DurationField, ExpressionWrapper, F, Q, QuerySet

from notifications.models import Delivery
from notifications.reasons import sentence_of_reason
from notifications.states import DeliveryState

SPAN = timedelta(days=7)
FEWEST_PEOPLE = 5  # a smaller group would tell of a person (design, section 11)

# Each step and when it and the step before it happened. "accepted" ends a delivery that had no fault.
_LAGS: dict[str, tuple[str, str]] = {
    "sent": ("created_at", "sent_at"),
    "accepted": ("sent_at", "ended_at"),
    "delivered": ("ended_at", "delivered_at"),
    "opened": ("delivered_at", "opened_at"),
    "acted": ("opened_at", "acted_at"),
}


@dataclass(frozen=True)
class StepSummary:
    """How many came so far, and how long the step took them; None where there is none."""

    name: str
    count: int
    median_ms: int | None
    p90_ms: int | None


@dataclass(frozen=True)
class FaultSummary:
    reason: str
    means: str
    count: int


@dataclass(frozen=True)
class ChannelSummary:
    """`platform`: android, ios or web; None for a channel without devices."""

    channel: str
    platform: str | None
    created_count: int
    steps: tuple[StepSummary, ...]
    faults: tuple[FaultSummary, ...]


@dataclass(frozen=True)
class Summary:
    since: datetime
    channels: tuple[ChannelSummary, ...]


class Percentile(Aggregate):
    """The value below which `share` (0..1) of the group lies, interpolated; nulls do not count."""

    template = "percentile_cont(%(share)s) WITHIN GROUP (ORDER BY %(expressions)s)"


def summarise(*, organisation_id: UUID, now: datetime) -> Summary:
    """
    Return what became of the deliveries of the last 7 days. Two queries.

    Tenancy: deliveries of this organisation. A channel and platform that reached fewer than 5 people is left out.
    The lag before "sent" holds the wait for the start of a shift.
    """
    since = now - SPAN
    recent = Delivery.objects.filter(item__organisation_id=organisation_id, created_at__gt=since, is_retraction=False)
    faults = _faults(recent)
    rows = (
        recent.values("channel", "platform")
        .annotate(people=Count("item__recipient_id", distinct=True), created_count=Count("pk"), **_aggregates())
        .filter(people__gte=FEWEST_PEOPLE)
        .order_by("channel", "platform")
    )
    return Summary(since, tuple(_channel(row, faults[row["channel"], row["platform"]]) for row in rows))


def _aggregates() -> dict[str, Aggregate]:
    found: dict[str, Aggregate] = {}
    for name, (before, at) in _LAGS.items():
        lag = ExpressionWrapper(F(at) - F(before), output_field=DurationField())
        came_so_far = Q(**{f"{at}__isnull": False}) & (Q() if name == "sent" else Q(state=DeliveryState.ACCEPTED))
        found[f"{name}_count"] = Count("pk", filter=came_so_far)
        found[f"{name}_median"] = Percentile(lag, share=0.5, filter=came_so_far)
        found[f"{name}_p90"] = Percentile(lag, share=0.9, filter=came_so_far)
    return found


def _channel(row: Mapping[str, Any], faults: list[FaultSummary]) -> ChannelSummary:
    return ChannelSummary(
        channel=row["channel"],
        platform=row["platform"] or None,
        created_count=row["created_count"],
        steps=tuple(
            StepSummary(name, row[f"{name}_count"], _ms(row[f"{name}_median"]), _ms(row[f"{name}_p90"]))
            for name in _LAGS
        ),
        faults=tuple(faults),
    )


def _ms(lag: timedelta | None) -> int | None:
    return None if lag is None else max(0, round(lag.total_seconds() * 1000))


def _faults(recent: QuerySet[Delivery]) -> defaultdict[tuple[str, str], list[FaultSummary]]:
    found: defaultdict[tuple[str, str], list[FaultSummary]] = defaultdict(list)
    rows = recent.exclude(reason="").values("channel", "platform", "reason").annotate(count=Count("pk"))
    for row in rows.order_by("-count", "reason"):
        means = sentence_of_reason(row["reason"])
        found[row["channel"], row["platform"]].append(FaultSummary(row["reason"], means, row["count"]))
    return found
