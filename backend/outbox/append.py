"""The only way into the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from api_schema.events import Event
from api_schema.wire import to_wire
from backend.outbox.models import OutboxEvent

CHANNEL = "outbox"  # PostgreSQL NOTIFY channel; a trigger tells it of every insert, when the transaction commits


class NotInATransaction(RuntimeError):
    """An event must be written together with the fact it tells of."""


def append(event: Event, *, now: datetime, not_before: datetime | None = None) -> None:
    """
    Tell the world of `event`, at least once, when the caller's transaction commits.

    Transaction: required below; a rolled-back fact is never told.

    :raises NotInATransaction: there is no transaction to join.
    """
    append_all([event], now=now, not_before=not_before)


def append_all(events: Sequence[Event], *, now: datetime, not_before: datetime | None = None) -> None:
    """
    As `append`, for several events, with one statement.

    :raises NotInATransaction: there is no transaction to join.
    """
    if not connection.in_atomic_block:
        names = ", ".join(sorted({event.NAME for event in events}))
        raise NotInATransaction(f"{names} must be appended inside a transaction.")
    OutboxEvent.objects.bulk_create(
        OutboxEvent(name=event.NAME, payload=to_wire(event), created_at=now, offer_at=not_before or now)
        for event in events
    )
