"""From a request to tell somebody something, to an inbox item and its deliveries, as the person wants them."""

from __future__ import annotations

import math
from datetime import datetime
from typing import Any

from django.db.models import F

from api_schema.events import PushRequested
from api_schema.push_payloads import TTL_S, PushKind, PushUrgency, is_ids_only
from notifications.models import Delivery, Device, InboxItem, TellingMode
from notifications.policy import PushPolicy, Telling, policies_for
from notifications.preferences import Choice, choices_of
from notifications.states import DeliveryState, Withheld
from notifications.waking import wake_sender_on_commit
from notifications.ways import ways_to
from notifications.withdrawing import lock_subject, withdrawn_at

# What it tells is over in minutes: it waits for no shift, and whoever is away finds it in the inbox.
_GETS_OLD = frozenset({PushKind.CLAIMED})


class MalformedPush(ValueError):
    """The request breaks the contract of `PushRequested`: a mistake of the caller's, final."""


def deliver(*, push: PushRequested, now: datetime) -> None:
    """
    Tell `push.recipient_id` once: write the inbox item, and its deliveries.

    Those are what the person chose for this kind (`preferences`): one for every device of theirs, by e-mail, by SMS,
    or none and the next digest. None for a silent push, and none for a person who is gone. Outside of their hours
    (`policy.push_at`) deliveries wait, and the life of the push begins with the end of the wait.
    When the subject was withdrawn after `push.requested_at`, both are written as cancelled: nothing is sent.
    Once the caller's transaction has committed, senders are woken.
    Tenancy: devices of `push.organisation_id` only. Transaction: required below.
    Idempotent by `(recipient_id, dedupe_key)`: a second call writes and sends nothing.

    :raises MalformedPush: `data` holds anything but ids, or an ask has no `ask_id`.
    :raises NotInATransaction: there is no transaction to join.
    """
    _check(push)
    lock_subject(push.organisation_id, push.kind, push.subject_id, shared=True)
    item, is_new = _write_item(push, now)
    if is_new and not item.is_silent:
        _write_deliveries(item, now)


def _check(push: PushRequested) -> None:
    if not is_ids_only(push.data):
        raise MalformedPush(f"{push.dedupe_key}: data may hold ids only, not {sorted(push.data)}.")
    if push.kind is PushKind.ASK and "ask_id" not in push.data:
        raise MalformedPush(f"{push.dedupe_key}: an ask needs its ask_id.")


def _write_item(push: PushRequested, now: datetime) -> tuple[InboxItem, bool]:
    return InboxItem.objects.get_or_create(
        recipient_id=push.recipient_id,
        dedupe_key=push.dedupe_key,
        defaults={
            "organisation_id": push.organisation_id,
            "kind": push.kind,
            "urgency": push.urgency,
            "subject_id": push.subject_id,
            "title": push.title,
            "body": push.body,
            "data": push.data,
            "ttl_s": TTL_S[push.urgency] if push.ttl_s is None else push.ttl_s,
            "version": push.version,
            "is_silent": push.is_silent,
            "requested_at": push.requested_at,
            "created_at": now,
            "cancelled_at": withdrawn_at(
                organisation_id=push.organisation_id,
                kind=push.kind,
                subject_id=push.subject_id,
                requested_at=push.requested_at,
            ),
        },
    )


def _write_deliveries(item: InboxItem, now: datetime) -> None:
    telling = Telling(item.organisation_id, item.recipient_id, PushKind(item.kind), PushUrgency(item.urgency))
    policy = policies_for([telling], now).get(telling)
    if policy is None:
        return  # gone or removed: the inbox keeps what they would have been told
    choice = choices_of([item.recipient_id], kind=telling.kind, urgency=telling.urgency)[item.recipient_id]
    if choice.mode is TellingMode.DIGEST:
        InboxItem.objects.filter(pk=item.pk).update(waits_for_digest=item.cancelled_at is None)
    send_at = _send_at(item, policy, now)
    deliveries = Delivery.objects.bulk_create(
        [
            *_to_devices(item, choice, now, send_at),
            *(_delivery(item, now, send_at, channel=way) for way in ways_to(policy, choice)),
        ]
    )
    if item.cancelled_at is None and send_at == now:
        wake_sender_on_commit([delivery.id for delivery in deliveries])


def _send_at(item: InboxItem, policy: PushPolicy, now: datetime) -> datetime:
    """Return when senders may have it, and let a push that waits for a shift begin its life only then."""
    if policy.push_at <= now or item.kind in _GETS_OLD:
        return now
    waits_s = math.ceil((policy.push_at - item.requested_at).total_seconds())
    InboxItem.objects.filter(pk=item.pk).update(ttl_s=F("ttl_s") + max(0, waits_s))
    return policy.push_at


def _to_devices(item: InboxItem, choice: Choice, now: datetime, send_at: datetime) -> list[Delivery]:
    if choice.mode is not TellingMode.PUSH:
        return []
    devices = Device.objects.filter(organisation_id=item.organisation_id, person_id=item.recipient_id)
    return [_delivery(item, now, send_at, device_id=device.id, platform=device.platform) for device in devices]


def _delivery(item: InboxItem, now: datetime, send_at: datetime, **to: Any) -> Delivery:
    delivery = Delivery(item=item, created_at=now, available_at=send_at, **to)
    if item.cancelled_at is not None:
        delivery.state = DeliveryState.CANCELLED
        delivery.reason = Withheld.WITHDRAWN
        delivery.ended_at = now
        return delivery
    delivery.state = DeliveryState.CREATED
    delivery.woken_at = now if send_at == now else None
    return delivery
