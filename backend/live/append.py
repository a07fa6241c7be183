"""The only way to tell the readers of a thread what happened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from api_schema.live_events import LiveKind
from backend.live.models import LiveEvent

# PostgreSQL NOTIFY channel; a trigger tells it the thread's id at every insert, delivered when the transaction commits.
CHANNEL = "live"


class NotInATransaction(RuntimeError):
    """An event must be written together with the fact it tells of."""


def tell(*, organisation_id: UUID, thread_id: UUID, kind: LiveKind, now: datetime, **data: object) -> None:
    """
    Tell whoever watches the thread, when the caller's transaction commits. `data`: the keys of `kind`, JSON values.

    Transaction: required below; a rolled-back fact is never told.

    :raises NotInATransaction: there is no transaction to join.
    """
    tell_all([live_event(organisation_id=organisation_id, thread_id=thread_id, kind=kind, now=now, **data)])


def live_event(*, organisation_id: UUID, thread_id: UUID, kind: LiveKind, now: datetime, **data: object) -> LiveEvent:
    """Return an event that is not told yet, as `tell` makes it."""
    data = data | {"at": now.isoformat()}
    return LiveEvent(organisation_id=organisation_id, thread_id=thread_id, kind=kind, data=data, created_at=now)


def tell_all(events: Sequence[LiveEvent]) -> None:
    """
    Tell several events, of any threads, with one statement, as `tell` does.

    PostgreSQL delivers a transaction's equal notifications once: one a thread, however much is told.

    :raises NotInATransaction: as `tell`.
    """
    if not connection.in_atomic_block:
        raise NotInATransaction("What happened must be told inside a transaction.")
    LiveEvent.objects.bulk_create(events)
