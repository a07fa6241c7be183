"""How far the outbox is behind: for whoever looks after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Count, Min, Q

from backend.outbox.models import OutboxEvent

OVERDUE: Final = timedelta(seconds=60)


@dataclass(frozen=True)
class Lag:
    """
    `unoffered_count`: due for a minute, and no relay offered them. `unhandled_count`: offered for longer than a minute,
    and no worker handled them. `dead_count`: given up.
    """

    unoffered_count: int
    unhandled_count: int
    oldest_at: datetime | None
    dead_count: int


def measure_lag(*, now: datetime) -> Lag:
    """Return how far the outbox is behind at `now`."""
    is_dead = Q(dead_at__isnull=False)
    is_unoffered = Q(dead_at=None, offer_at__lt=now - OVERDUE)
    is_unhandled = Q(dead_at=None, offer_at__gte=now - OVERDUE, offers__gt=0, created_at__lt=now - OVERDUE)
    found = OutboxEvent.objects.filter(handled_at=None).aggregate(
        unoffered=Count("pk", filter=is_unoffered),
        unhandled=Count("pk", filter=is_unhandled),
        oldest=Min("created_at", filter=is_unoffered | is_unhandled),
        dead=Count("pk", filter=is_dead),
    )
    return Lag(found["unoffered"], found["unhandled"], found["oldest"], found["dead"])
