"""The inbox: what a person was told, read and unread. It does not depend on any push."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from api_schema.push_payloads import PushKind, PushUrgency
from notifications.models import InboxItem

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


def mark_read(*, organisation_id: UUID, person_id: UUID, item_ids: Collection[UUID], now: datetime) -> int:
    """Mark these entries read. Idempotent; ids that are not the person's are passed over. Returns how many changed."""
    items = _of(organisation_id, person_id)
    return items.filter(id__in=item_ids, read_at=None).update(read_at=now)


def unread_count(*, organisation_id: UUID, person_id: UUID) -> int:
    """Return how many entries are neither read nor withdrawn."""
    return _of(organisation_id, person_id).filter(read_at=None, cancelled_at=None).count()


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
    )
