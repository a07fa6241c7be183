"""From a request to tell somebody something, to an inbox item and one delivery per device."""

from __future__ import annotations

from datetime import datetime

from api_schema.events import PushRequested
from api_schema.push_payloads import PushKind, is_ids_only
from notifications.models import Delivery, Device, InboxItem
from notifications.states import DeliveryState, Withheld
from notifications.waking import wake_sender_on_commit
from notifications.withdrawing import lock_subject, withdrawn_at


class MalformedPush(ValueError):
    """The request breaks the contract of `PushRequested`: a mistake of the caller's, final."""


def deliver(*, push: PushRequested, now: datetime) -> None:
    """
    Tell `push.recipient_id` once: write the inbox item, and a delivery for every device of theirs.

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
            "ttl_s": push.ttl_s,
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
    devices = Device.objects.filter(organisation_id=item.organisation_id, person_id=item.recipient_id)
    deliveries = Delivery.objects.bulk_create([_new_delivery(item, device, now) for device in devices])
    if item.cancelled_at is None:
        wake_sender_on_commit([delivery.id for delivery in deliveries])


def _new_delivery(item: InboxItem, device: Device, now: datetime) -> Delivery:
    delivery = Delivery(item=item, device_id=device.id, created_at=now, available_at=now, woken_at=now)
    if item.cancelled_at is None:
        delivery.state = DeliveryState.CREATED
        return delivery
    delivery.state = DeliveryState.CANCELLED
    delivery.reason = Withheld.WITHDRAWN
    delivery.ended_at = now
    return delivery
