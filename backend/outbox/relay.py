"""
Offer what is in the outbox to the workers, again and again until it is handled.

The broker is only a wake-up: a message it loses is offered anew, a message it repeats finds the event handled.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db import transaction

from backend.outbox.models import OutboxEvent
from backend.outbox.routes import ROUTES

_BATCH = 100
_FIRST_REPEAT = timedelta(seconds=5)
_LOST_FOR_AT_MOST = timedelta(minutes=1)  # a message that the broker lost; one that waits is offered once more for it
_LONGEST_REPEAT = timedelta(minutes=5)

Publish = Callable[[str, list[int]], None]  # queue, ids of the events that one message wakes a worker for


@transaction.atomic
def offer_due_events(*, publish: Publish, now: datetime) -> int:
    """
    Publish up to 100 events that are due, and put their next offer off. Return how many.

    Transaction: opens its own; if `publish` raises, nothing was offered and all stay due.
    Several relays may run: each takes rows that no other holds (SKIP LOCKED).
    """
    due = OutboxEvent.objects.filter(handled_at=None, dead_at=None, offer_at__lte=now)
    events = list(due.order_by("offer_at", "id").select_for_update(skip_locked=True)[:_BATCH])
    _put_off(events, now)  # first: a quick worker waits for the commit, which is then all that is left to do
    for queue, event_ids in _messages(events):
        publish(queue, event_ids)
    return len(events)


def _put_off(events: Iterable[OutboxEvent], now: datetime) -> None:
    alike: dict[int, list[int]] = defaultdict(list)
    for event in events:
        alike[event.offers + 1].append(event.pk)
    for offers, event_ids in alike.items():
        OutboxEvent.objects.filter(pk__in=event_ids).update(
            offers=offers, offer_at=now + min(_LOST_FOR_AT_MOST, repeat_after(offers))
        )


def _messages(events: Iterable[OutboxEvent]) -> list[tuple[str, list[int]]]:
    """Return one message an event; one for all of a name whose handler takes many."""
    together: dict[tuple[str, int | None], list[int]] = defaultdict(list)
    for event in events:
        together[event.name, None if ROUTES[event.name].takes_many else event.pk].append(event.pk)
    return [(ROUTES[name].queue, event_ids) for (name, _), event_ids in together.items()]


def repeat_after(times: int) -> timedelta:
    """Return how long to wait after the n-th time that something did not work: 5 s, doubling up to 5 min."""
    return min(_LONGEST_REPEAT, _FIRST_REPEAT * (1 << min(times - 1, 10)))
