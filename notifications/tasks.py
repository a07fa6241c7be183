"""Celery's way in. The broker only wakes: what is to be sent stands in the database."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from notifications import sending
from notifications.waking import PUSH_QUEUE, SEND_DELIVERY


@shared_task(name=SEND_DELIVERY, queue=PUSH_QUEUE, ignore_result=True)
def send_delivery(*, delivery_id: str, **_: object) -> None:
    """See `notifications.service.send_delivery`."""
    sending.send_delivery(delivery_id=UUID(delivery_id), now=timezone.now())


@shared_task(name="notifications.send_due_deliveries", queue=PUSH_QUEUE, ignore_result=True)
def send_due_deliveries(*, limit: int = 500, **_: object) -> None:
    """See `notifications.service.send_due_deliveries`. For the beat table: every 5 s."""
    sending.send_due_deliveries(now=timezone.now(), limit=limit)
