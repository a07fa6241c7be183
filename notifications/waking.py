"""Tell a sender process that deliveries wait. Only a hint: the sweep finds what a lost hint leaves behind."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from uuid import UUID

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

logger = logging.getLogger(__name__)

SEND_DELIVERIES = "notifications.send_deliveries"
PUSH_QUEUE = "push"
BATCH = 125  # small enough that one sender looks at the next while another sends


def wake_sender_on_commit(delivery_ids: Sequence[UUID]) -> None:
    """Queue one send for the deliveries once the caller's transaction has committed. A dead broker fails nothing."""

    def wake() -> None:
        try:
            for first in range(0, len(delivery_ids), BATCH):
                _queue(delivery_ids[first : first + BATCH])
        except OperationalError as error:
            logger.warning("no sender woken, the sweep will: %s", error)

    if delivery_ids:
        transaction.on_commit(wake)


def _queue(delivery_ids: Sequence[UUID]) -> None:
    current_app.send_task(
        SEND_DELIVERIES,
        kwargs={"delivery_ids": [str(delivery_id) for delivery_id in delivery_ids]},
        queue=PUSH_QUEUE,
        retry=False,
        ignore_result=True,
    )
