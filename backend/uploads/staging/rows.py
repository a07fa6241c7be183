"""The rows of uploads on their way into a bucket, and the fence: only who holds the lease changes one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import F
from django.utils import timezone

from backend.domain import tenancy
from backend.domain.clips.models import Clip, Upload
from backend.uploads.models import BucketStaging
from backend.uploads.originals import original_key
from backend.uploads.refusals import Superseded

_WHY_ACROSS = "the upload was found in the actor's organisation before; its id says which row it is"
_ANY_FILE = "application/octet-stream"


def superseded() -> Superseded:
    """Return what a writer is told whose lease is gone."""
    return Superseded("A newer request has taken this upload over.")


def find_row(upload_id: UUID) -> BucketStaging | None:
    """Return the row of an upload, None before its first writer and after its end."""
    return tenancy.across_organisations(BucketStaging, why=_WHY_ACROSS).filter(upload_id=upload_id).first()


def open_row(upload_id: UUID) -> BucketStaging:
    """Return the row of an upload, new when it has none. Idempotent, also for two at once."""
    return find_row(upload_id) or _new_row(upload_id)


def _new_row(upload_id: UUID) -> BucketStaging:
    upload = tenancy.across_organisations(Upload, why=_WHY_ACROSS).get(pk=upload_id)
    row = BucketStaging(
        organisation_id=upload.organisation_id,
        upload=upload,
        object_key=original_key(upload),
        content_type=upload.media_type or _ANY_FILE,
        kept_at=timezone.now(),
    )
    tenancy.create_many(BucketStaging, [row], ignore_conflicts=True)
    return tenancy.within_organisation(upload.organisation_id, BucketStaging).get(upload_id=upload_id)


def take_row(row: BucketStaging, *, lease: int) -> None:
    """
    Make `lease` the only one that may change the row, and read what is kept: from now on it stands still.

    :raises Superseded: a newer one was faster.
    """
    if not tenancy.same_row(row).filter(lease__lt=lease).update(lease=lease, is_wanted=False):
        raise superseded()
    row.refresh_from_db()


def change(row: BucketStaging, **facts: Any) -> None:
    """
    Write `facts` for the holder of the row's lease. One statement: it and the fence cannot come apart.

    :raises Superseded: the lease is another's by now; nothing was written.
    """
    if not tenancy.same_row(row).filter(lease=row.lease).update(**facts):
        raise superseded()
    for name, value in facts.items():
        setattr(row, name, value)


def take_part_number(row: BucketStaging) -> int:
    """
    Return a part number that nobody else will ever use for this upload.

    :raises Superseded: as `change`.
    """
    number = row.next_part
    change(row, next_part=F("next_part") + 1)
    row.next_part = number + 1  # the lease is ours: nobody else counts
    return number


def is_original(row: BucketStaging) -> bool:
    """Return whether the object became the original of a clip: such a one is never ours to delete."""
    clips = tenancy.within_organisation(row.organisation_id, Clip)
    return clips.filter(original_key=row.object_key).exists()


def remove_row(row: BucketStaging) -> None:
    """Forget the row. Idempotent."""
    tenancy.same_row(row).delete()


def ids_in_bucket() -> list[UUID]:
    """Return the ids of all uploads that have a row, of whatever organisation and machine."""
    rows = tenancy.across_organisations(BucketStaging, why="the sweep serves every organisation")
    return list(rows.values_list("upload_id", flat=True))


def want(row: BucketStaging) -> None:
    """Ask the holder to bring everything into the bucket."""
    tenancy.same_row(row).filter(is_settled=False).update(is_wanted=True)


def is_still_wanted(row: BucketStaging) -> bool:
    """Return whether the holder has not answered `want` yet."""
    return tenancy.same_row(row).filter(is_wanted=True).exists()


def wanted_from(machines: set[UUID]) -> set[tuple[UUID | None, UUID]]:
    """Return the machine and the upload of each that somebody waits for."""
    rows = tenancy.across_organisations(BucketStaging, why="a machine serves every organisation")
    return set(rows.filter(holder__in=machines, is_wanted=True).values_list("holder", "upload_id"))
