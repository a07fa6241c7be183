"""Cancelled subjects, and the lock under which delivering and cancelling see each other."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.db import connection

from api_schema.events import PushCancelled
from notifications.models import Delivery, InboxItem, Tombstone
from notifications.retracting import retract
from notifications.states import UNSENT, DeliveryState, Withheld
from notifications.withholding import reason_of

Subject = tuple[UUID, str, UUID]  # organisation, kind, subject


class NotInATransaction(RuntimeError):
    """It is a part of the caller's transaction, and there is none."""


def cancel(*, event: PushCancelled) -> None:
    """
    Withdraw everything of `event.kind` about `event.subject_id` that was requested before `event.cancelled_at`.

    Unsent deliveries are cancelled, inbox items no longer count as unread, and what stands on a phone is taken back.
    What a sender holds at this moment may still leave; it is not tried again, and taken back once it arrived.
    A request that arrives later but is older is withdrawn on arrival.
    Tenancy: inside `event.organisation_id` only. Transaction: required below. Idempotent, in any order.

    :raises NotInATransaction: there is no transaction to join.
    """
    _hold_alone((event.organisation_id, event.kind, event.subject_id))
    _bury(event)
    items = InboxItem.objects.filter(
        organisation_id=event.organisation_id,
        kind=event.kind,
        subject_id=event.subject_id,
        requested_at__lt=event.cancelled_at,
    )
    # Entries before their deliveries, in one order, as everywhere: who reads one meanwhile waits, and nobody for them.
    item_ids = list(items.order_by("pk").select_for_update().values_list("pk", flat=True))
    InboxItem.objects.filter(pk__in=item_ids, cancelled_at=None).update(cancelled_at=event.cancelled_at)
    # What takes an earlier one back is not withdrawn with it.
    unsent = Delivery.objects.filter(item_id__in=item_ids, is_retraction=False, state__in=list(UNSENT))
    unsent.update(state=DeliveryState.CANCELLED, reason=reason_of(Withheld.WITHDRAWN), ended_at=event.cancelled_at)
    retract(item_ids=item_ids, now=event.cancelled_at)


def _bury(event: PushCancelled) -> None:
    tombstone, _ = Tombstone.objects.get_or_create(
        organisation_id=event.organisation_id,
        kind=event.kind,
        subject_id=event.subject_id,
        defaults={"cancelled_at": event.cancelled_at},
    )
    Tombstone.objects.filter(pk=tombstone.pk, cancelled_at__lt=event.cancelled_at).update(
        cancelled_at=event.cancelled_at
    )


def tombstones_of(subject_ids: Collection[UUID]) -> dict[Subject, datetime]:
    """Return of each of these subjects what was withdrawn, and when last."""
    rows = Tombstone.objects.filter(subject_id__in=subject_ids)
    return {
        (organisation_id, kind, subject_id): at
        for organisation_id, kind, subject_id, at in rows.values_list(
            "organisation_id", "kind", "subject_id", "cancelled_at"
        )
    }


def share_subjects(subjects: Iterable[Subject]) -> None:
    """
    Hold these subjects until the caller's transaction ends: deliveries share them, a cancellation has one alone.

    Without it, one could miss the other's uncommitted row, and an inbox would show what was withdrawn.

    :raises NotInATransaction: there is no transaction to join.
    """
    _lock("SELECT pg_advisory_xact_lock_shared(key) FROM unnest(%s::bigint[]) AS key", subjects)


def _hold_alone(subject: Subject) -> None:
    _lock("SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) AS key", [subject])


def _lock(statement: str, subjects: Iterable[Subject]) -> None:
    if not connection.in_atomic_block:
        raise NotInATransaction("Delivering and cancelling belong in the transaction of what they follow from.")
    with connection.cursor() as cursor:
        cursor.execute(statement, [sorted(_key(subject) for subject in subjects)])


def _key(subject: Subject) -> int:
    digest = sha256(":".join(["push", *map(str, subject)]).encode()).digest()
    return int.from_bytes(digest[:8], signed=True)
