"""
Offer what is in the outbox to the workers, again and again until it is handled.

The broker is only a wake-up: a message it loses is offered anew, a message it repeats finds the event handled.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from backend.outbox.models import OutboxEvent
from backend.outbox.routes import ROUTES

_BATCH = 100
_FIRST_REPEAT = timedelta(seconds=5)
_LONGEST_REPEAT = timedelta(minutes=5)

Publish = Callable[[str, int], None]  # queue, event id


@transaction.atomic
def offer_due_events(*, publish: Publish, now: datetime) -> int:
    """
    Publish up to 100 events that are due, and put their next offer off. Return how many.

    Transaction: opens its own; if `publish` raises, nothing was offered and all stay due.
    Several relays may run: each takes rows that no other holds (SKIP LOCKED).
    """
    due = OutboxEvent.objects.filter(handled_at=None, dead_at=None, offer_at__lte=now)
    events = list(due.order_by("offer_at", "id").select_for_update(skip_locked=True)[:_BATCH])
    for event in events:
        publish(ROUTES[event.name].queue, event.pk)
        event.offers += 1
        event.offer_at = now + repeat_after(event.offers)
    OutboxEvent.objects.bulk_update(events, ["offers", "offer_at"])
    return len(events)


def repeat_after(offers: int) -> timedelta:
    """Return how long to wait after the n-th offer: 5 s, doubling up to 5 min."""
    return min(_LONGEST_REPEAT, _FIRST_REPEAT * (1 << min(offers - 1, 10)))
