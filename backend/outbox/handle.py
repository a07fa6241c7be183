"""Handle one event: its effect in the database and the mark that it happened commit together."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from api_schema.events import EVENTS
from api_schema.wire import from_wire
from backend.outbox.models import OutboxEvent
from backend.outbox.relay import repeat_after
from backend.outbox.routes import ROUTES

_GIVE_UP_AFTER = 25  # failures of the handler: with the back-off about an hour and a half
_KEEP = timedelta(days=14)

logger = logging.getLogger(__name__)


def handle_event(*, event_id: int, now: datetime) -> bool:
    """
    Run the handler of one event. Return whether it ran: it does not when it ran before.

    Transaction: opens its own, around the handler and the mark. Waits while another worker runs it.
    A handler that waits for others than the database runs before the mark, in no transaction, and perhaps twice.
    A failing handler is tried again with back-off; after 25 failures the event is dead and its row says why.
    """
    try:
        if _waits_for_others(event_id):
            return _handle_then_mark(event_id, now=now)
        with transaction.atomic():
            return _handle_once(event_id, now=now)
    except Exception as error:
        _note_failure(event_id, error, now=now)
        raise


def _waits_for_others(event_id: int) -> bool:
    name = OutboxEvent.objects.filter(pk=event_id).values_list("name", flat=True).first()
    return name is not None and ROUTES[name].waits_for_others


def _handle_then_mark(event_id: int, *, now: datetime) -> bool:
    row = _waiting(event_id).first()
    if row is None:
        return False
    _run_handler(row, now=now)
    return _waiting(event_id).update(handled_at=now) == 1


def _handle_once(event_id: int, *, now: datetime) -> bool:
    # No SKIP LOCKED: the relay publishes before it commits, and a quick worker is here while it still holds the row.
    row = _waiting(event_id).select_for_update().first()
    if row is None:
        return False
    _run_handler(row, now=now)
    row.handled_at = now
    row.save(update_fields=["handled_at"])
    return True


def _waiting(event_id: int) -> QuerySet[OutboxEvent]:
    return OutboxEvent.objects.filter(pk=event_id, handled_at=None, dead_at=None)


def _run_handler(row: OutboxEvent, *, now: datetime) -> None:
    handler = import_string(ROUTES[row.name].handler)
    handler(from_wire(EVENTS[row.name], row.payload), now=now)


def _note_failure(event_id: int, error: Exception, *, now: datetime) -> None:
    with transaction.atomic():
        row = OutboxEvent.objects.select_for_update().get(pk=event_id)
        row.failures += 1
        row.last_error = f"{type(error).__name__}: {error}"[:2000]
        row.offer_at = now + repeat_after(row.failures)
        if row.failures >= _GIVE_UP_AFTER:
            row.dead_at = now
            logger.error("outbox event %s (%s) is dead after %s failures", row.pk, row.name, row.failures)
        row.save(update_fields=["failures", "last_error", "offer_at", "dead_at"])


def purge_handled_events(*, now: datetime) -> int:
    """Delete events that were handled more than 14 days ago. Return how many."""
    return OutboxEvent.objects.filter(handled_at__lt=now - _KEEP).delete()[0]
