"""What waits to be sent and should not, and who asked for quiet: for whoever looks after it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Min

from notifications.models import Delivery, SendingPause
from notifications.states import FINAL, DeliveryState

OVERDUE: Final = timedelta(minutes=2)  # the sweep looks every few seconds
_LATELY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Backlog:
    """
    `overdue_count`: may be sent for two minutes, and were not; `overdue_since` for the first of them.

    `dead_count`: given up within the last day. `paused_until`: by channel, while its service wants quiet. Deliveries
    of a channel that is paused are not overdue.
    """

    overdue_count: int
    overdue_since: datetime | None
    dead_count: int
    paused_until: Mapping[str, datetime]


def measure_backlog(*, now: datetime) -> Backlog:
    """Return what is stuck on its way to people at `now`, in every organisation. Counts only; three queries."""
    paused_until = dict(SendingPause.objects.filter(until__gt=now).values_list("channel", "until"))
    waiting = Delivery.objects.exclude(state__in=FINAL).exclude(channel__in=paused_until)
    overdue = waiting.filter(available_at__lt=now - OVERDUE).aggregate(count=Count("pk"), since=Min("available_at"))
    dead = Delivery.objects.filter(state=DeliveryState.DEAD, ended_at__gt=now - _LATELY)
    return Backlog(overdue["count"], overdue["since"], dead.count(), paused_until)
