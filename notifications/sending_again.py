"""Send what was given up, and send although a service asked for quiet: for whoever mended what was in the way."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from notifications.claiming import LEASE
from notifications.last_look import expires_at
from notifications.models import Delivery, SendingPause
from notifications.states import DeliveryState
from notifications.waking import wake_sender_on_commit


class UnableToSendAgain(Exception):
    """It was not given up, or nobody needs it any more; the text says which."""


@transaction.atomic
def send_again(*, delivery_id: UUID, now: datetime) -> None:
    """
    Have a dead delivery sent with all its attempts anew, if its time is not over.

    Whoever held it last is heard no more: it ended longer ago than a lease lasts, so that counting attempts anew gives
    no number to two senders. Transaction: joins the caller's or opens its own; wakes a sender when it commits.

    :raises UnableToSendAgain: it is not dead, died a moment ago, or what it says was read, withdrawn or is too old.
    """
    locked = Delivery.objects.select_for_update(of=("self",)).select_related("item")
    delivery = locked.filter(pk=delivery_id, state=DeliveryState.DEAD).first()
    if delivery is None or delivery.ended_at is None:
        raise UnableToSendAgain("Only what was given up can be sent again.")
    if now < delivery.ended_at + LEASE:
        raise UnableToSendAgain("It was given up a moment ago: try again in half a minute.")
    if delivery.item.read_at or delivery.item.cancelled_at or now >= expires_at(delivery.item):
        raise UnableToSendAgain("What it says was read, withdrawn or is too old: nobody would be told.")
    Delivery.objects.filter(pk=delivery_id).update(
        state=DeliveryState.REQUEUED, attempts=0, available_at=now, woken_at=now, ended_at=None, reason="", detail=""
    )
    wake_sender_on_commit([delivery_id])


def lift_pause(*, channel: str) -> None:
    """Send on this channel at once, although its service asked for quiet. Idempotent."""
    SendingPause.objects.filter(channel=channel).delete()
