"""Take one delivery for sending: a lease in the row, and a last look at whether it should still go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from api_schema.push_payloads import PushKind, PushUrgency
from notifications.models import Delivery, Device, InboxItem, SendingPause
from notifications.outgoing import Address, OutgoingPush
from notifications.reply_tokens import mint
from notifications.states import UNSENT, DeliveryState, Withheld
from notifications.withdrawing import withdrawn_at

LEASE = timedelta(seconds=20)  # twice what a channel may take
MAX_ATTEMPTS = 12  # with doubling waits: more than an hour of a push service that is down


@dataclass(frozen=True)
class Claim:
    """A delivery that this process alone may send until its lease lapses."""

    delivery_id: UUID
    attempt: int  # the fencing number: what it records counts only while it is the latest
    device_id: UUID
    registration_id: UUID
    push: OutgoingPush


def claim(*, delivery_id: UUID, now: datetime) -> Claim | None:
    """
    Take the delivery, or return None when there is nothing to send: taken, over, paused, withdrawn, expired.

    The attempt is counted before the work, so that a sender which dies counts too.
    Transaction: opens its own, never inside another, so that none is open when the network is used.
    """
    with transaction.atomic(durable=True):
        if _put_off(delivery_id, now) or not _lease(delivery_id, now):
            return None
        delivery = Delivery.objects.select_related("item").get(pk=delivery_id)
        device = _device(delivery)
        if withheld := _why_withheld(delivery, device, now):
            _withhold(delivery, withheld, now)
            return None
        assert device is not None  # else it were withheld
        return Claim(delivery.id, delivery.attempts, device.id, device.registration_id, _push(delivery, device, now))


def jitter(delivery_id: UUID) -> float:
    """Return 0..1 from the id's own random bits, so that what waits together does not come back together."""
    return (delivery_id.int & 0xFFFF) / 0xFFFF


def _put_off(delivery_id: UUID, now: datetime) -> bool:
    pause = SendingPause.objects.filter(until__gt=now).order_by("-until").first()
    if pause is None:
        return False
    until = now + (pause.until - now) * (1 + jitter(delivery_id) / 4)
    Delivery.objects.filter(pk=delivery_id, state__in=list(UNSENT)).update(
        state=DeliveryState.REQUEUED, available_at=until, woken_at=None
    )
    return True


def _lease(delivery_id: UUID, now: datetime) -> bool:
    is_free = Q(state=DeliveryState.CREATED) | Q(
        state__in=[DeliveryState.REQUEUED, DeliveryState.SENDING], available_at__lte=now
    )
    taken = Delivery.objects.filter(is_free, pk=delivery_id).update(
        state=DeliveryState.SENDING, attempts=F("attempts") + 1, available_at=now + LEASE, sent_at=now
    )
    return taken == 1


def _device(delivery: Delivery) -> Device | None:
    if delivery.device_id is None:
        return None
    # Somebody else may have signed in on the phone since: it is not the recipient's any more.
    return Device.objects.filter(
        pk=delivery.device_id,
        organisation_id=delivery.item.organisation_id,
        person_id=delivery.item.recipient_id,
    ).first()


def _why_withheld(delivery: Delivery, device: Device | None, now: datetime) -> Withheld | None:
    item = delivery.item
    if item.cancelled_at or withdrawn_at(
        organisation_id=item.organisation_id,
        kind=item.kind,
        subject_id=item.subject_id,
        requested_at=item.requested_at,
    ):
        return Withheld.WITHDRAWN
    if device is None:
        return Withheld.DEVICE_GONE
    if now >= _expires_at(item):
        return Withheld.EXPIRED
    return Withheld.TOO_MANY_ATTEMPTS if delivery.attempts > MAX_ATTEMPTS else None


def _withhold(delivery: Delivery, withheld: Withheld, now: datetime) -> None:
    is_moot = withheld in {Withheld.WITHDRAWN, Withheld.DEVICE_GONE}
    Delivery.objects.filter(pk=delivery.pk).update(
        state=DeliveryState.CANCELLED if is_moot else DeliveryState.DEAD, reason=withheld, ended_at=now
    )


def _expires_at(item: InboxItem) -> datetime:
    return item.requested_at + timedelta(seconds=item.ttl_s)


def _push(delivery: Delivery, device: Device, now: datetime) -> OutgoingPush:
    item = delivery.item
    expires_at = _expires_at(item)
    return OutgoingPush(
        push_id=item.id,
        kind=PushKind(item.kind),
        urgency=PushUrgency(item.urgency),
        subject_id=item.subject_id,
        title=item.title,
        body=item.body,
        ids=item.data,
        requested_at=item.requested_at,
        expires_at=expires_at,
        ttl_s=int((expires_at - now).total_seconds()),
        reply_token=mint(delivery, device, now=now),
        address=Address(kind=device.kind, value=device.value, platform=device.platform),
    )
