"""Send deliveries: one by one when woken, and by a sweep for those whose wake-up was lost."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from notifications.channels import device_channel
from notifications.claiming import claim
from notifications.models import Delivery
from notifications.recording import record
from notifications.states import FINAL
from notifications.waking import wake_sender_on_commit

WAKE_AGAIN_AFTER = timedelta(seconds=15)


def send_delivery(*, delivery_id: UUID, now: datetime) -> None:
    """
    Send one delivery, if it is still to be sent and nobody else is sending it.

    Blocks for at most 10 s. No database transaction is open while the network is used.
    Idempotent: may be called at any time, twice or at once. A sender that dies in between loses nothing: the lease
    lapses and the same push, with the same collapse id, goes out again.
    """
    claimed = claim(delivery_id=delivery_id, now=now)
    if claimed is None:
        return
    began = time.monotonic()
    answer = device_channel().send(claimed.push)
    record(claim=claimed, answer=answer, now=now + timedelta(seconds=time.monotonic() - began))


def send_due_deliveries(*, now: datetime, limit: int) -> int:
    """
    Wake a sender for up to `limit` deliveries that wait longer than they should, the oldest first; return how many.

    Those are: requeued and due, held under a lapsed lease, or created with a wake-up that never arrived.
    Transaction: opens its own. Sweeps that run at once take different deliveries.
    """
    with transaction.atomic(durable=True):
        due = (
            Delivery.objects.exclude(state__in=list(FINAL))
            .filter(Q(woken_at=None) | Q(woken_at__lte=now - WAKE_AGAIN_AFTER), available_at__lte=now)
            .order_by("available_at")
            .select_for_update(skip_locked=True)
        )
        found = list(due.values_list("pk", flat=True)[:limit])
        Delivery.objects.filter(pk__in=found).update(woken_at=now)
        wake_sender_on_commit(found)
    return len(found)
