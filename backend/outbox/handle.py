"""Handle one event: its effect in the database and the mark that it happened commit together."""

from __future__ import annotations

import logging
from collections.abc import Sequence
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


def handle_events(*, event_ids: Sequence[int], now: datetime) -> int:
    """
    Run the handler of events that were offered together. Return how many ran: those do not that ran before.

    As `handle_event`, in one transaction for all; when that fails, each by itself, so that none holds up the others.

    :raises ExceptionGroup: some failed; the others had their turn.
    """
    if len(event_ids) > 1:
        try:
            with transaction.atomic():
                return _handle_once(event_ids, now=now)
        except Exception:
            logger.exception("%d outbox events could not be handled together", len(event_ids))
    return _handle_each(event_ids, now=now)


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
            return _handle_once([event_id], now=now) == 1
    except Exception as error:
        _note_failure(event_id, error, now=now)
        raise


def _handle_each(event_ids: Sequence[int], *, now: datetime) -> int:
    ran, failures = 0, []
    for event_id in event_ids:
        try:
            ran += handle_event(event_id=event_id, now=now)
        except Exception as failure:  # noqa: BLE001 - raised below
            failures.append(failure)
    if failures:
        raise ExceptionGroup(f"{len(failures)} of {len(event_ids)} outbox events failed", failures)
    return ran


def _waits_for_others(event_id: int) -> bool:
    name = OutboxEvent.objects.filter(pk=event_id).values_list("name", flat=True).first()
    return name is not None and ROUTES[name].waits_for_others


def _handle_then_mark(event_id: int, *, now: datetime) -> bool:
    rows = list(_waiting([event_id]))
    if not rows:
        return False
    _run_handler(rows, now=now)
    return _waiting([event_id]).update(handled_at=now) == 1


def _handle_once(event_ids: Sequence[int], *, now: datetime) -> int:
    # No SKIP LOCKED: the relay publishes before it commits, and a quick worker is here while it still holds the rows.
    rows = list(_waiting(event_ids).order_by("pk").select_for_update())
    if rows:
        _run_handler(rows, now=now)
        OutboxEvent.objects.filter(pk__in=[row.pk for row in rows]).update(handled_at=now)
    return len(rows)


def _waiting(event_ids: Sequence[int]) -> QuerySet[OutboxEvent]:
    return OutboxEvent.objects.filter(pk__in=event_ids, handled_at=None, dead_at=None)


def _run_handler(rows: Sequence[OutboxEvent], *, now: datetime) -> None:
    """Run it for rows of one name; only a handler that takes many is given several."""
    route = ROUTES[rows[0].name]
    handler = import_string(route.handler)
    events = [from_wire(EVENTS[row.name], row.payload) for row in rows]
    handler(events if route.takes_many else events[0], now=now)


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
