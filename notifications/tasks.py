"""Celery's way in. The broker only wakes: what is to be sent stands in the database."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task
from django.utils import timezone

from notifications import digest, sending
from notifications.waking import PUSH_QUEUE, SEND_DELIVERIES


@shared_task(name=SEND_DELIVERIES, queue=PUSH_QUEUE, ignore_result=True)
def send_deliveries(*, delivery_ids: list[str], **_: object) -> None:
    """See `notifications.service.send_deliveries`."""
    sending.send_deliveries(delivery_ids=[UUID(delivery_id) for delivery_id in delivery_ids], now=timezone.now())


@shared_task(name="notifications.send_due_deliveries", queue=PUSH_QUEUE, ignore_result=True)
def send_due_deliveries(*, limit: int = 5000, **_: object) -> None:
    """See `notifications.service.send_due_deliveries`. For the beat table: every 5 s."""
    sending.send_due_deliveries(now=timezone.now(), limit=limit)


@shared_task(name="notifications.send_digests", queue=PUSH_QUEUE, ignore_result=True)
def send_digests(**_: object) -> None:
    """See `notifications.digest.send_digests`. For the beat table: every 5 minutes."""
    digest.send_digests(now=timezone.now())
