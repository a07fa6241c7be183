"""Tell a sender process that a delivery waits. Only a hint: the sweep finds what a lost hint leaves behind."""

from __future__ import annotations

import logging
from collections.abc import Collection
from uuid import UUID

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

SEND_DELIVERY = "notifications.send_delivery"
PUSH_QUEUE = "push"


def wake_sender_on_commit(delivery_ids: Collection[UUID]) -> None:
    """Queue one send per delivery once the caller's transaction has committed. A dead broker fails nothing."""

    def wake() -> None:
        try:
            for delivery_id in delivery_ids:
                _queue(delivery_id)
        except OperationalError as error:
            logger.warning("no sender woken, the sweep will: %s", error)

    if delivery_ids:
        transaction.on_commit(wake)


def _queue(delivery_id: UUID) -> None:
    current_app.send_task(
        SEND_DELIVERY, kwargs={"delivery_id": str(delivery_id)}, queue=PUSH_QUEUE, retry=False, ignore_result=True
    )
