"""
Whether a delivery should still go, looked at right before it is sent, for many at once.

Between the request and now its subject may have been withdrawn, the phone signed out, the shift ended.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from api_schema.push_payloads import PushKind, PushUrgency
from notifications.answers import jitter
from notifications.models import ChannelName, Delivery, Device, InboxItem, SendingPause
from notifications.outgoing import Address
from notifications.policy import PushPolicy, Telling, policies_for
from notifications.states import Withheld
from notifications.ways import address_on
from notifications.withdrawing import tombstones_of

# What it tells is over in minutes: it waits for no shift, and whoever is away finds it in the inbox.
GETS_OLD = frozenset({PushKind.CLAIMED})

MAX_ATTEMPTS = 12  # with doubling waits: more than an hour of a push service that is down


@dataclass(frozen=True)
class Sendable:
    """`device` is None where the channel needs none."""

    delivery: Delivery
    address: Address
    device: Device | None
    policy: PushPolicy


@dataclass(frozen=True)
class Withhold:
    delivery: Delivery
    why: Withheld


@dataclass(frozen=True)
class PutOff:
    """`for_person`: until they may be disturbed; else until the push service may be asked again."""

    delivery: Delivery
    until: datetime
    for_person: bool


Look = Sendable | Withhold | PutOff


def look_at(deliveries: Sequence[Delivery], *, now: datetime) -> list[Look]:
    """
    Return what to do with each, in the same order. Few queries, however many deliveries; `item` must be loaded.

    Tenancy: a device counts only while it is the recipient's, in the item's organisation.
    """
    looking = _Looking(deliveries, now)
    return [looking.at(delivery) for delivery in deliveries]


def expires_at(item: InboxItem) -> datetime:
    return item.requested_at + timedelta(seconds=item.ttl_s)


class _Looking:
    """What is known of everything that these deliveries concern."""

    def __init__(self, deliveries: Sequence[Delivery], now: datetime) -> None:
        self._now = now
        self._devices = Device.objects.in_bulk([each.device_id for each in deliveries if each.device_id])
        self._withdrawn_at = tombstones_of({each.item.subject_id for each in deliveries})
        self._policies = policies_for({_telling(each.item) for each in deliveries}, now)
        self._superseded = _superseded([each.item for each in deliveries if each.is_retraction])
        self._paused_until = dict(SendingPause.objects.filter(until__gt=now).values_list("channel", "until"))

    def at(self, delivery: Delivery) -> Look:
        device = self._device_of(delivery)
        policy = self._policies.get(_telling(delivery.item))
        if why := self._why_withheld(delivery, device, policy):
            return Withhold(delivery, why)
        assert policy is not None  # else it were withheld
        return self._put_off(delivery, policy) or Sendable(delivery, _address(delivery, device, policy), device, policy)

    def _device_of(self, delivery: Delivery) -> Device | None:
        device = self._devices.get(delivery.device_id) if delivery.device_id else None
        # Somebody else may have signed in on the phone since: it is not the recipient's any more.
        owner = (device.organisation_id, device.person_id) if device else None
        return device if owner == (delivery.item.organisation_id, delivery.item.recipient_id) else None

    def _why_withheld(self, delivery: Delivery, device: Device | None, policy: PushPolicy | None) -> Withheld | None:
        if self._is_moot(delivery):
            return Withheld.WITHDRAWN
        if delivery.item.read_at is not None and not delivery.is_retraction:
            return Withheld.READ
        if policy is None:
            return Withheld.PERSON_GONE
        if delivery.channel == ChannelName.FCM and device is None:
            return Withheld.DEVICE_GONE
        if delivery.channel != ChannelName.FCM and not address_on(delivery.channel, policy):
            return Withheld.NO_ADDRESS
        if self._now >= expires_at(delivery.item):
            return Withheld.EXPIRED
        return Withheld.TOO_MANY_ATTEMPTS if delivery.attempts >= MAX_ATTEMPTS else None

    def _is_moot(self, delivery: Delivery) -> bool:
        return delivery.item_id in self._superseded if delivery.is_retraction else self._is_withdrawn(delivery.item)

    def _is_withdrawn(self, item: InboxItem) -> bool:
        buried_at = self._withdrawn_at.get((item.organisation_id, item.kind, item.subject_id))
        return item.cancelled_at is not None or (buried_at is not None and buried_at > item.requested_at)

    def _put_off(self, delivery: Delivery, policy: PushPolicy) -> PutOff | None:
        if paused_until := self._paused_until.get(delivery.channel):
            until = self._now + (paused_until - self._now) * (1 + jitter(delivery.pk) / 4)
            return PutOff(delivery, until, for_person=False)
        # A retraction makes no sound: it may come at night.
        is_hindered = policy.push_at > self._now and not delivery.is_retraction
        return PutOff(delivery, policy.push_at, for_person=True) if is_hindered else None


def _telling(item: InboxItem) -> Telling:
    return Telling(item.organisation_id, item.recipient_id, PushKind(item.kind), PushUrgency(item.urgency))


def _superseded(items: Sequence[InboxItem]) -> set[UUID]:
    """Return those of `items` on whose place something newer stands: taking them back would take that away."""
    subjects = {item.subject_id for item in items}
    if not subjects:
        return set()
    standing = InboxItem.objects.filter(subject_id__in=subjects, cancelled_at=None, read_at=None)
    newest: dict[tuple[UUID, str, UUID], datetime] = {}
    rows = standing.order_by("requested_at").values_list("recipient_id", "kind", "subject_id", "requested_at")
    for recipient_id, kind, subject_id, requested_at in rows:
        newest[recipient_id, kind, subject_id] = requested_at
    places = {item.pk: (item.recipient_id, item.kind, item.subject_id) for item in items}
    return {item.pk for item in items if newest.get(places[item.pk], item.requested_at) > item.requested_at}


def _address(delivery: Delivery, device: Device | None, policy: PushPolicy) -> Address:
    if device is None:
        return Address(kind=delivery.channel, value=address_on(delivery.channel, policy))
    return Address(kind=device.kind, value=device.value, platform=device.platform)
