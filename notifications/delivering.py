"""From a request to tell somebody something, to an inbox item and its deliveries, as the person wants them."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from api_schema.events import PushRequested
from api_schema.push_payloads import TTL_S, PushKind, PushUrgency, is_ids_only
from notifications.last_look import GETS_OLD
from notifications.models import Delivery, Device, InboxItem, TellingMode
from notifications.policy import PushPolicy, Telling, policies_for
from notifications.preferences import Choice, choices_of
from notifications.states import DeliveryState, Withheld
from notifications.waking import wake_sender_on_commit
from notifications.ways import ways_to
from notifications.withdrawing import share_subjects, tombstones_of


class MalformedPush(ValueError):
    """The request breaks the contract of `PushRequested`: a mistake of the caller's, final."""


def deliver(*, push: PushRequested, now: datetime) -> None:
    """As `deliver_all`, for one."""
    deliver_all(pushes=[push], now=now)


def deliver_all(*, pushes: Sequence[PushRequested], now: datetime) -> None:
    """
    Tell each `recipient_id` once: write the inbox items, and their deliveries.

    Those are what the person chose for this kind (`preferences`): one for every device of theirs, by e-mail, by SMS,
    or none and the next digest. None for a silent push, and none for a person who is gone. Outside of their hours
    (`policy.push_at`) deliveries wait, and the life of the push begins with the end of the wait.
    When the subject was withdrawn after `push.requested_at`, both are written as cancelled: nothing is sent.
    Once the caller's transaction has committed, senders are woken.
    Tenancy: devices of a push's own organisation only. Transaction: required below. The number of statements depends
    on the number of kinds and urgencies, not on that of the pushes.
    Idempotent by `(recipient_id, dedupe_key)`: a second call writes and sends nothing.

    :raises MalformedPush: `data` holds anything but ids, or an ask has no `ask_id`.
    :raises NotInATransaction: there is no transaction to join.
    """
    for push in pushes:
        _check(push)
    share_subjects({(push.organisation_id, push.kind, push.subject_id) for push in pushes})
    plans = _plans(pushes, now)
    is_new = _written([plan.item for plan in plans])
    due = [delivery for plan in plans if plan.item.pk in is_new for delivery in plan.deliveries]
    Delivery.objects.bulk_create(due)
    wake_sender_on_commit([delivery.pk for delivery in due if delivery.woken_at is not None])


def _check(push: PushRequested) -> None:
    if not is_ids_only(push.data):
        raise MalformedPush(f"{push.dedupe_key}: data may hold ids only, not {sorted(push.data)}.")
    if push.kind is PushKind.ASK and "ask_id" not in push.data:
        raise MalformedPush(f"{push.dedupe_key}: an ask needs its ask_id.")


@dataclass(frozen=True)
class _Plan:
    """An inbox item and what it sets going, before anything is written."""

    item: InboxItem
    deliveries: list[Delivery]


def _plans(pushes: Sequence[PushRequested], now: datetime) -> list[_Plan]:
    withdrawn = tombstones_of({push.subject_id for push in pushes})
    aloud = {_telling(push) for push in pushes if not push.is_silent}
    policies = policies_for(aloud, now) if aloud else {}
    choices = _choices(policies)
    devices = _devices(policies)
    plans = []
    for push in pushes:
        item = _item(push, withdrawn.get((push.organisation_id, push.kind, push.subject_id)), now)
        telling = _telling(push)
        told = not push.is_silent and telling in policies  # else gone or removed: the inbox has it all the same
        deliveries = _deliveries(item, policies[telling], choices[telling], devices, now) if told else []
        plans.append(_Plan(item, deliveries))
    return plans


def _telling(push: PushRequested) -> Telling:
    return Telling(push.organisation_id, push.recipient_id, push.kind, push.urgency)


def _choices(tellings: Iterable[Telling]) -> dict[Telling, Choice]:
    alike: dict[tuple[PushKind, PushUrgency], list[Telling]] = defaultdict(list)
    for telling in tellings:
        alike[telling.kind, telling.urgency].append(telling)
    chosen: dict[Telling, Choice] = {}
    for (kind, urgency), some in alike.items():
        choices = choices_of({telling.person_id for telling in some}, kind=kind, urgency=urgency)
        chosen |= {telling: choices[telling.person_id] for telling in some}
    return chosen


def _devices(tellings: Collection[Telling]) -> dict[tuple[UUID, UUID], list[Device]]:
    """Return the devices by organisation and person."""
    found: dict[tuple[UUID, UUID], list[Device]] = defaultdict(list)
    if tellings:
        for device in Device.objects.filter(person_id__in={telling.person_id for telling in tellings}):
            found[device.organisation_id, device.person_id].append(device)
    return found


def _item(push: PushRequested, withdrawn_at: datetime | None, now: datetime) -> InboxItem:
    return InboxItem(
        recipient_id=push.recipient_id,
        dedupe_key=push.dedupe_key,
        organisation_id=push.organisation_id,
        kind=push.kind,
        urgency=push.urgency,
        subject_id=push.subject_id,
        title=push.title,
        body=push.body,
        data=push.data,
        ttl_s=TTL_S[push.urgency] if push.ttl_s is None else push.ttl_s,
        version=push.version,
        is_silent=push.is_silent,
        requested_at=push.requested_at,
        created_at=now,
        cancelled_at=withdrawn_at if withdrawn_at and withdrawn_at > push.requested_at else None,
    )


def _written(items: Sequence[InboxItem]) -> set[UUID]:
    """Write the items that were not told before, and return which those are."""
    InboxItem.objects.bulk_create(items, ignore_conflicts=True)
    ours = InboxItem.objects.filter(pk__in=[item.pk for item in items])
    return set(ours.values_list("pk", flat=True))


def _deliveries(
    item: InboxItem,
    policy: PushPolicy,
    choice: Choice,
    devices: Mapping[tuple[UUID, UUID], Sequence[Device]],
    now: datetime,
) -> list[Delivery]:
    item.waits_for_digest = choice.mode is TellingMode.DIGEST and item.cancelled_at is None
    send_at = _send_at(item, policy, now)
    own = devices.get((item.organisation_id, item.recipient_id), ()) if choice.mode is TellingMode.PUSH else ()
    return [
        *(_delivery(item, now, send_at, device_id=device.pk, platform=device.platform) for device in own),
        *(_delivery(item, now, send_at, channel=way) for way in ways_to(policy, choice)),
    ]


def _send_at(item: InboxItem, policy: PushPolicy, now: datetime) -> datetime:
    """Return when senders may have it, and let a push that waits for a shift begin its life only then."""
    if policy.push_at <= now or item.kind in GETS_OLD:
        return now
    waits_s = math.ceil((policy.push_at - item.requested_at).total_seconds())
    item.ttl_s += max(0, waits_s)
    return policy.push_at


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
