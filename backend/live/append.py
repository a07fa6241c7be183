"""The only way to tell the readers of a thread what happened."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection

from api_schema.live_events import LiveKind
from backend.live.models import LiveEvent

CHANNEL = "live"  # PostgreSQL NOTIFY channel; the payload is the thread's id, delivered when the transaction commits


class NotInATransaction(RuntimeError):
    """An event must be written together with the fact it tells of."""


def tell(*, organisation_id: UUID, thread_id: UUID, kind: LiveKind, now: datetime, **data: object) -> None:
    """
    Tell whoever watches the thread, when the caller's transaction commits. `data`: the keys of `kind`, JSON values.

    Transaction: required below; a rolled-back fact is never told.

    :raises NotInATransaction: there is no transaction to join.
    """
    if not connection.in_atomic_block:
        raise NotInATransaction(f"{kind} must be told inside a transaction.")
    LiveEvent.objects.create(
        organisation_id=organisation_id,
        thread_id=thread_id,
        kind=kind,
        data=data | {"at": now.isoformat()},
        created_at=now,
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(thread_id)])
