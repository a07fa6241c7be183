"""The inbox: what a person was told, read and unread. It does not depend on any push."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from api_schema.push_payloads import PushKind, PushUrgency
from notifications.models import Delivery, Device, InboxItem
from notifications.retracting import retract
from notifications.states import UNSENT, DeliveryState, Withheld
from notifications.withholding import reason_of

MAX_PAGE = 100


@dataclass(frozen=True)
class InboxEntry:
    """One thing the person was told. `cancelled_at`: it was withdrawn and counts as read."""

    id: UUID
    kind: PushKind
    urgency: PushUrgency
    subject_id: UUID
    title: str
    body: str
    ids: dict[str, str]
    requested_at: datetime
    read_at: datetime | None
    cancelled_at: datetime | None
    version: int | None  # of the thread, when it was told


@dataclass(frozen=True)
class InboxPage:
    """Newest first. `next_before`: the cursor of the next page, None on the last."""

    entries: tuple[InboxEntry, ...]
    next_before: UUID | None


def list_inbox(*, organisation_id: UUID, person_id: UUID, before: UUID | None = None, limit: int = 30) -> InboxPage:
    """
    Return at most `limit` (up to 100) of the person's entries, older than the entry `before`.

    Tenancy: only what was told to this person in this organisation.
    """
    limit = max(1, min(limit, MAX_PAGE))
    items = _of(organisation_id, person_id).order_by("-id")
    if before is not None:
        items = items.filter(id__lt=before)
    found = list(items[: limit + 1])
    page = found[:limit]
    return InboxPage(tuple(_entry(item) for item in page), page[-1].id if len(found) > limit else None)


def mark_read(
    *,
    organisation_id: UUID,
    person_id: UUID,
    item_ids: Collection[UUID],
    now: datetime,
    session_id: str | None = None,
) -> int:
    """
    Mark these entries read, and take their pushes back from the person's phones; what is unsent stays unsent.

    `session_id`: of the phone in which they are read; it clears its own screen. Returns how many changed.
    Idempotent; ids that are not the person's are passed over. Transaction: joins the caller's, or opens its own.
    """
    return _mark_read(_of(organisation_id, person_id).filter(id__in=item_ids), session_id, now)


def mark_read_up_to(
    *, organisation_id: UUID, person_id: UUID, item_id: UUID, now: datetime, session_id: str | None = None
) -> int:
    """As `mark_read`, for the entry `item_id` and everything older: what came since was not seen yet."""
    return _mark_read(_of(organisation_id, person_id).filter(id__lte=item_id), session_id, now)


def find_entry(*, organisation_id: UUID, person_id: UUID, item_id: UUID) -> InboxEntry | None:
    """Return one entry of the person's inbox, or None."""
    item = _of(organisation_id, person_id).filter(id=item_id).first()
    return _entry(item) if item else None


def unread_count(*, organisation_id: UUID, person_id: UUID) -> int:
    """Return how many entries are neither read nor withdrawn. A digest does not count: what it names does."""
    unread = _of(organisation_id, person_id).filter(read_at=None, cancelled_at=None)
    return unread.exclude(kind=PushKind.DIGEST).count()


def _mark_read(items: QuerySet[InboxItem], session_id: str | None, now: datetime) -> int:
    # In one order, so that two phones that mark the same entries do not wait for each other.
    unread = items.filter(read_at=None).order_by("id").select_for_update()
    with transaction.atomic():
        item_ids = list(unread.values_list("id", flat=True))
        InboxItem.objects.filter(id__in=item_ids).update(read_at=now)
        unsent = Delivery.objects.filter(item_id__in=item_ids, is_retraction=False, state__in=list(UNSENT))
        unsent.update(state=DeliveryState.CANCELLED, reason=reason_of(Withheld.READ), ended_at=now)
        retract(item_ids=item_ids, now=now, except_device=_device_of(session_id))
        return len(item_ids)


def _device_of(session_id: str | None) -> UUID | None:
    if session_id is None:
        return None
    devices = Device.objects.filter(session_id=session_id).order_by("-registered_at")
    return devices.values_list("pk", flat=True).first()


def _of(organisation_id: UUID, person_id: UUID) -> QuerySet[InboxItem]:
    return InboxItem.objects.filter(organisation_id=organisation_id, recipient_id=person_id)


def _entry(item: InboxItem) -> InboxEntry:
    return InboxEntry(
        id=item.id,
        kind=PushKind(item.kind),
        urgency=PushUrgency(item.urgency),
        subject_id=item.subject_id,
        title=item.title,
        body=item.body,
        ids=item.data,
        requested_at=item.requested_at,
        read_at=item.read_at,
        cancelled_at=item.cancelled_at,
        version=item.version,
    )
