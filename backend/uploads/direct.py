"""
An upload whose bytes never pass our servers: the phone sends parts to the bucket by signed links.

The clip lives the same life: the same rules before the first byte, the same look at the whole file at the end.
Off unless `DIRECT_UPLOADS` is on; docs/uploading-direct.md says when to choose it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from backend.domain.actor import Actor
from backend.domain.clips.models import Clip, Upload
from backend.domain.clips.states import UploadStatus
from backend.domain.clips.upload_beginning import begin_upload
from backend.domain.clips.upload_noting import record_stored_bytes
from backend.domain.clips.upload_rules import UploadIncomplete
from backend.domain.clips.uploads import find_upload, own_uploads
from backend.domain.errors import IdTaken, NotFound
from backend.integrations.object_errors import MultipartGone, PartsRefused
from backend.integrations.object_store import multipart_store
from backend.integrations.s3_multipart import Part, S3Multipart
from backend.uploads.finishing import finish
from backend.uploads.models import BucketStaging
from backend.uploads.staging import staged
from backend.uploads.staging.rows import change, find_row, open_row

LINK_LIFE = timedelta(hours=6)
_LEAST_PART_BYTES = 8 * 1024**2
_MOST_PARTS = 500  # links of one answer


@dataclass(frozen=True)
class PartToSend:
    """One part of the file: bytes `begins_at` to `begins_at + size_bytes`. `url`: None when the bucket has it."""

    number: int
    begins_at: int
    size_bytes: int
    url: str | None


@dataclass(frozen=True)
class DirectUpload:
    """What is left to send of a file; nothing once it is finished."""

    upload: Upload
    parts: list[PartToSend]
    links_expire_at: datetime


def begin_direct_upload(
    *,
    actor: Actor,
    clip_id: UUID,
    declared_bytes: int,
    declared_sha256: str,
    file_name: str = "",
    media_type: str = "",
    now: datetime,
) -> DirectUpload:
    """
    Open the upload of a clip and return a link for each part of it that the bucket does not have.

    Idempotent: the same file again is the same upload, with fresh links; each call lets its life begin anew.

    :raises NotFound: this installation takes no direct uploads.
    :raises IdTaken: as `begin_upload`, or bytes of this upload came by tus.
    :raises DomainError: as `begin_upload`.
    """
    store = _direct_store()
    upload = begin_upload(
        actor=actor,
        clip_id=clip_id,
        declared_bytes=declared_bytes,
        declared_sha256=declared_sha256,
        file_name=file_name,
        media_type=media_type,
        now=now,
    )
    if upload.is_finished:
        return DirectUpload(upload, [], now)
    row, arrived = _opened(upload, store)
    record_stored_bytes(
        upload=upload, lease=upload.lease, stored_bytes=sum(part.size_bytes for part in arrived), now=now
    )
    return DirectUpload(upload, list(_parts_to_send(upload, row, arrived, store)), now + LINK_LIFE)


def _direct_store() -> S3Multipart:
    store = multipart_store() if settings.DIRECT_UPLOADS else None
    if store is None:
        raise NotFound("This installation takes uploads by tus only.")
    return store


def _opened(upload: Upload, store: S3Multipart) -> tuple[BucketStaging, list[Part]]:
    """Return the row of a direct upload, begun if need be, and the parts that the bucket has of it."""
    with staged(upload.id).guarded_everywhere():
        row = open_row(upload.id)
        if not row.is_direct and row.lease:
            raise IdTaken("This upload is sent by tus; end it first.", upload_id=str(upload.id))
        if row.parts:  # they are being put together
            return row, [Part(*part) for part in row.parts]
        try:
            return row, store.list_parts(row.object_key, row.multipart_id) if row.is_direct else _begun(row, store)
        except MultipartGone:
            return row, _begun(row, store)


def _begun(row: BucketStaging, store: S3Multipart) -> list[Part]:
    multipart_id = store.begin(row.object_key, content_type=row.content_type)
    change(row, multipart_id=multipart_id, is_direct=True)
    return []


def _parts_to_send(upload: Upload, row: BucketStaging, arrived: list[Part], store: S3Multipart) -> Iterator[PartToSend]:
    there = {(part.number, part.size_bytes) for part in arrived}
    for number, size_bytes in _plan(upload):
        is_there = (number, size_bytes) in there
        link = store.presigned_part(row.object_key, row.multipart_id, number=number, expires_in=LINK_LIFE)
        begins_at = (number - 1) * part_bytes(upload)
        yield PartToSend(number, begins_at, size_bytes, url=None if is_there else link)


def part_bytes(upload: Upload) -> int:
    """Return the size of each part but the last: the same whenever it is asked."""
    return max(_LEAST_PART_BYTES, -(-upload.reserved_bytes // _MOST_PARTS))


def _plan(upload: Upload) -> list[tuple[int, int]]:
    """Return the number and the size of each part that the file has."""
    step = part_bytes(upload)
    begins = range(0, upload.reserved_bytes, step)
    return [(number, min(step, upload.reserved_bytes - begin)) for number, begin in enumerate(begins, start=1)]


def complete_direct_upload(*, actor: Actor, clip_id: UUID, now: datetime) -> Clip:
    """
    Put the parts together, verify the whole file by reading it, and make it the clip's original.

    What the phone says of its parts is not asked: the bucket tells which it has.
    Takes as long as the file takes to read. Idempotent, also when the answer was lost.

    :raises NotFound: there is no direct upload of this clip by this person.
    :raises UploadIncomplete: parts are missing; ask for their links again.
    :raises DomainError: as `finish`.
    """
    store = _direct_store()
    upload = _upload_of(actor, clip_id)
    if row := _gathered(actor, upload, store, now=now):
        try:
            finish(actor=actor, upload=upload, now=now)
        except PartsRefused:  # the phone sent one anew meanwhile
            change(row, parts=[])
            raise _incomplete(upload) from None
    return own_uploads(actor).get(pk=upload.id).clip  # type: ignore[return-value]  # found by its clip


def _upload_of(actor: Actor, clip_id: UUID) -> Upload:
    current = own_uploads(actor).filter(clip_id=clip_id, status__in=[UploadStatus.OPEN, UploadStatus.FINISHED])
    upload = current.first()
    if upload is None:
        raise NotFound("There is no upload of this clip.")
    return upload


def _gathered(actor: Actor, upload: Upload, store: S3Multipart, *, now: datetime) -> BucketStaging | None:
    """Write down which parts the bucket has, once they are all there; None when the upload is finished."""
    with staged(upload.id).guarded_everywhere():
        if find_upload(actor=actor, upload_id=upload.id, now=now).is_finished:
            return None
        row = find_row(upload.id)
        if row is None or not row.is_direct:
            raise NotFound("There is no direct upload of this clip.")
        if not row.parts:
            change(row, parts=[[part.number, part.etag, part.size_bytes] for part in _all_parts(upload, row, store)])
        return row


def _all_parts(upload: Upload, row: BucketStaging, store: S3Multipart) -> list[Part]:
    try:
        arrived = store.list_parts(row.object_key, row.multipart_id)
    except MultipartGone:
        raise _incomplete(upload) from None
    if [(part.number, part.size_bytes) for part in arrived] != _plan(upload):
        raise _incomplete(upload)
    return arrived


def _incomplete(upload: Upload) -> UploadIncomplete:
    return UploadIncomplete(
        "Parts are missing, or are not of the size asked for. Ask for links again.", upload_offset=upload.stored_bytes
    )
