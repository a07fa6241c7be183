"""How much a person may upload in a day. What is announced counts from the start, so that nobody learns it at 99 %."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet, Sum

from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.actor import Actor
from backend.domain.clips.models import Upload
from backend.domain.clips.states import UploadKind, UploadStatus
from backend.domain.errors import DomainError
from backend.domain.saying import said

# What ended without becoming a clip gives its bytes back. A final upload that is still being joined has
# none of its own: its pieces count until it is finished, then it does.
_COUNTS = Q(status=UploadStatus.FINISHED) | Q(status=UploadStatus.OPEN) & ~Q(kind=UploadKind.FINAL)


class QuotaExceeded(DomainError):
    """The person's bytes for today are used up; at creation `facts` hold `left_bytes` and `renews_at`."""

    code = "quota_exceeded"


@dataclass(frozen=True)
class Allowance:
    """What one person may upload today, by their own clock."""

    per_day_bytes: int
    used_bytes: int  # stored, and announced but still to come
    renews_at: datetime  # their next midnight, in UTC

    @property
    def left_bytes(self) -> int:
        return max(self.per_day_bytes - self.used_bytes, 0)


def allowance_of(*, actor: Actor, now: datetime) -> Allowance:
    """Return what the actor may upload today."""
    return _allowance(tenancy.find_in(_people(actor), actor.person_id), now=now)


def reserve_bytes(*, actor: Actor, declared_bytes: int | None, now: datetime) -> int:
    """
    Return how many bytes a new upload of the actor may bring: its length, or all it could get while nobody knows.

    Transaction: joins the caller's; holds the person's row until its end, so that two uploads cannot share a byte.

    :raises QuotaExceeded: the day's bytes do not suffice.
    """
    person = tenancy.find_in(_people(actor).select_for_update(of=("self",), no_key=True), actor.person_id)
    allowance = _allowance(person, now=now)
    if allowance.left_bytes < (declared_bytes or 1):
        raise QuotaExceeded(
            said("%(left)s bytes are left of today's %(all)s.", left=allowance.left_bytes, all=allowance.per_day_bytes),
            left_bytes=allowance.left_bytes,
            renews_at=allowance.renews_at.isoformat(),
        )
    return declared_bytes or min(allowance.left_bytes, settings.UPLOAD_MAX_BYTES)


def _people(actor: Actor) -> QuerySet[Person]:
    return tenancy.within(actor, Person).select_related("organisation")


def _allowance(person: Person, *, now: datetime) -> Allowance:
    begins_at, ends_at = _day_of(person, now)
    uploads = tenancy.within_organisation(person.organisation_id, Upload).filter(
        _COUNTS, person=person, created_at__gte=begins_at, created_at__lt=ends_at
    )
    used_bytes = uploads.aggregate(total=Sum("reserved_bytes"))["total"] or 0
    return Allowance(person.organisation.upload_bytes_per_day, used_bytes, renews_at=ends_at.astimezone(UTC))


def _day_of(person: Person, now: datetime) -> tuple[datetime, datetime]:
    """Return the bounds of the day that it is for the person. A day may have 23 or 25 hours."""
    zone = ZoneInfo(person.time_zone)
    today = now.astimezone(zone).date()
    return datetime.combine(today, time.min, zone), datetime.combine(today + timedelta(days=1), time.min, zone)
