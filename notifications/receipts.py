"""What the phone says became of a push: FCM keeps no receipt for one message, so the app sends its own."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import Value
from django.db.models.functions import Coalesce

from notifications.inbox import mark_read
from notifications.models import Delivery, Device, InboxItem


class ReceiptKind(StrEnum):
    """How far a push came. Each implies those before it."""

    DELIVERED = "delivered"
    OPENED = "opened"
    ACTED = "acted"


_STEPS = {
    ReceiptKind.DELIVERED: ("delivered_at",),
    ReceiptKind.OPENED: ("delivered_at", "opened_at"),
    ReceiptKind.ACTED: ("delivered_at", "opened_at", "acted_at"),
}


def note_receipt(
    *,
    organisation_id: UUID,
    person_id: UUID,
    push_id: UUID,
    delivery_id: UUID,
    device_id: UUID,
    kind: ReceiptKind,
    now: datetime,
) -> None:
    """
    Note that a push was delivered, opened or acted on; what was opened or acted on is also read.

    The caller has verified, by its reply token, that it is theirs. `push_id`: of the inbox item.
    Idempotent, in any order: the first time of each step stays, and a step that was skipped gets the time of the next.
    `now` is the server's: a phone's clock may be days wrong. Transaction: joins the caller's.
    """
    if kind is not ReceiptKind.DELIVERED:
        # The entry before its deliveries, as `mark_read` has them: the app may mark it read at the same moment.
        InboxItem.objects.select_for_update().filter(pk=push_id).values_list("pk").first()
    note_step(delivery_id=delivery_id, push_id=push_id, kind=kind, now=now)
    Device.objects.filter(pk=device_id, last_seen_at__lt=now).update(last_seen_at=now)
    if kind is not ReceiptKind.DELIVERED:
        mark_read(organisation_id=organisation_id, person_id=person_id, item_ids=[push_id], now=now)


def note_step(*, delivery_id: UUID, push_id: UUID, kind: ReceiptKind, now: datetime) -> None:
    """
    As `note_receipt`, of the delivery alone: from then on nothing takes the push off that phone, which did so itself.

    One statement; the transaction ends soon after it, and locks nothing of the push before `note_receipt` does.
    """
    steps = {step: Coalesce(step, Value(now)) for step in _STEPS[kind]}
    Delivery.objects.filter(pk=delivery_id, item_id=push_id).update(**steps)
