"""
How a clip arrives: its upload is begun, written by one writer at a time, and finished, ended or expired.

The bytes lie outside of the database; `backend.uploads` keeps and counts them.
The clip's row is the lock of its arrival: beginning, finishing and ending an upload take turns on it.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.clips.jobs import queue_render
from backend.domain.clips.models import Clip, Upload
from backend.domain.clips.operations import expect_clip
from backend.domain.clips.states import CLIP_MOVES, UPLOAD_MOVES, ClipStatus, UploadStatus
from backend.domain.clips.upload_rules import (
    UploadCorrupt,
    UploadExpired,
    UploadIncomplete,
    check_size,
    media_type_of,
)
from backend.domain.errors import IdTaken, NotFound
from backend.domain.states import move

SWEEP_BATCH = 500
_WHY_ACROSS = "the sweep serves every organisation; the upload's row says which one it is"


@transaction.atomic
def begin_upload(
    *,
    actor: Actor,
    clip_id: UUID,
    declared_bytes: int,
    declared_sha256: str = "",
    file_name: str = "",
    media_type: str = "",
    now: datetime,
) -> Upload:
    """
    Open the upload of a clip, announcing the clip if the thread has not yet.

    `declared_sha256`: 64 hexadecimal digits of the whole file, or empty.
    The upload ends by itself when no byte comes for `UPLOAD_LIFE`.
    Transaction: joins the caller's or opens its own.
    Idempotent: the same file of the same clip is the same upload, also when it is finished.

    :raises UploadEmpty: UploadTooLarge, UploadTypeRefused: see `upload_rules`.
    :raises IdTaken: the clip is another person's, or another file was begun for it.
    """
    check_size(declared_bytes)
    known_type = media_type_of(file_name=file_name, media_type=media_type)
    clip = expect_clip(actor=actor, clip_id=clip_id, now=now)
    current = _current_upload(clip, now=now)
    if current is not None:
        return _same_file(current, declared_bytes=declared_bytes, declared_sha256=declared_sha256)
    move(clip, CLIP_MOVES, to=ClipStatus.UPLOADING)
    return tenancy.create(
        Upload,
        organisation_id=actor.organisation_id,
        clip=clip,
        person_id=actor.person_id,
        declared_bytes=declared_bytes,
        declared_sha256=declared_sha256,
        file_name=file_name,
        media_type=known_type,
        created_at=now,
        expires_at=now + settings.UPLOAD_LIFE,
    )


def _current_upload(clip: Clip, *, now: datetime) -> Upload | None:
    """Return the clip's open or finished upload; an open one whose time is up makes room."""
    current = (
        tenancy.within_organisation(clip.organisation_id, Upload)
        .filter(clip=clip, status__in=[UploadStatus.OPEN, UploadStatus.FINISHED])
        .first()
    )
    if current is None or current.status == UploadStatus.FINISHED or current.expires_at > now:
        return current
    current.clip = clip
    _end(current, to=UploadStatus.EXPIRED)
    return None


def _same_file(upload: Upload, *, declared_bytes: int, declared_sha256: str) -> Upload:
    if (upload.declared_bytes, upload.declared_sha256) != (declared_bytes, declared_sha256):
        raise IdTaken("Another file was begun for this clip; end that upload first.", upload_id=str(upload.id))
    return upload


def find_upload(*, actor: Actor, upload_id: UUID, now: datetime) -> Upload:
    """
    Return the actor's own upload, open or finished.

    Tenancy: a colleague's upload looks like a missing one, as another organisation's does.

    :raises NotFound: no such upload of the actor, or it was terminated.
    :raises UploadExpired: its time is up.
    :raises UploadCorrupt: its bytes were not those declared; begin again.
    """
    upload = tenancy.find_in(_own_uploads(actor), upload_id)
    _refuse_ended(upload, now=now)
    return upload


def _own_uploads(actor: Actor) -> QuerySet[Upload]:
    return tenancy.within(actor, Upload).filter(person_id=actor.person_id).select_related("clip")


def _refuse_ended(upload: Upload, *, now: datetime) -> None:
    is_late = upload.status == UploadStatus.OPEN and upload.expires_at <= now
    if is_late or upload.status == UploadStatus.EXPIRED:
        raise UploadExpired("The upload was not finished in time. Begin it again.")
    if upload.status == UploadStatus.CORRUPT:
        raise corrupt()
    if upload.status == UploadStatus.TERMINATED:
        raise NotFound("There is no upload with this id.")


def corrupt() -> UploadCorrupt:
    """Return the refusal of bytes that are not those declared: the same sentence whenever the phone asks."""
    return UploadCorrupt("What arrived is not the file that was announced. Nothing was used; send it again.")


@transaction.atomic
def take_lease(*, upload: Upload) -> int:
    """
    Make the caller the only writer of `upload` and return its lease number, higher than any before.

    Transaction: joins the caller's or opens its own.
    """
    tenancy.same_row(upload).update(lease=F("lease") + 1)
    upload.refresh_from_db(fields=["lease"])  # in the same transaction: the row is still ours alone
    return upload.lease


def record_stored_bytes(*, upload: Upload, lease: int, stored_bytes: int, now: datetime) -> bool:
    """
    Note how much of the upload is kept, for others to see, and let its life begin anew.

    Idempotent. Returns False, noting nothing, when a newer writer has the upload or it is over.
    """
    expires_at = now + settings.UPLOAD_LIFE
    held = tenancy.same_row(upload).filter(lease=lease, status=UploadStatus.OPEN)
    if not held.update(stored_bytes=stored_bytes, expires_at=expires_at):
        return False
    upload.stored_bytes, upload.expires_at = stored_bytes, expires_at
    return True


@transaction.atomic
def finish_upload(
    *, actor: Actor, upload_id: UUID, stored_bytes: int, sha256: str, object_key: str, now: datetime
) -> Clip:
    """
    Close an upload whose bytes are all in the object store, and ask for the clip's processing.

    From here on the phone may say "safe". `sha256`: of the stored bytes, computed by us.
    Tenancy: `upload_id` is looked up among the actor's own uploads.
    Transaction: joins the caller's or opens its own; appends `media.job_queued`.
    Idempotent: a second call returns the same clip and appends nothing.

    :raises UploadIncomplete: bytes are missing.
    :raises UploadCorrupt: the SHA-256 is not the declared one.
    :raises UploadExpired: NotFound: as `find_upload`.
    """
    upload = _locked_upload(actor, upload_id)
    if upload.status == UploadStatus.FINISHED:
        return upload.clip
    _refuse_ended(upload, now=now)
    if stored_bytes != upload.declared_bytes:
        raise UploadIncomplete("Bytes are still missing.", upload_offset=stored_bytes)
    if upload.declared_sha256 not in {"", sha256}:
        raise corrupt()
    move(upload, UPLOAD_MOVES, to=UploadStatus.FINISHED, stored_bytes=stored_bytes, finished_at=now)
    move(
        upload.clip,
        CLIP_MOVES,
        to=ClipStatus.PROCESSING,
        original_key=object_key,
        original_bytes=stored_bytes,
        sha256=sha256,
        verified_at=now,
    )
    queue_render(clip=upload.clip, now=now)
    return upload.clip


@transaction.atomic
def mark_corrupt(*, actor: Actor, upload_id: UUID) -> None:
    """
    Give up an upload whose whole file is not the declared one; the clip is expected again and nothing is queued.

    Transaction: joins the caller's or opens its own. Idempotent.
    """
    upload = _locked_upload(actor, upload_id)
    if upload.status != UploadStatus.CORRUPT:
        _end(upload, to=UploadStatus.CORRUPT)


@transaction.atomic
def terminate_upload(*, actor: Actor, upload_id: UUID, now: datetime) -> None:
    """
    Give up an open upload because the phone says so; the clip is expected again.

    Transaction: joins the caller's or opens its own.

    :raises NotFound: UploadExpired, UploadCorrupt: as `find_upload`.
    :raises IllegalMove: it is finished: the clip is ours to keep.
    """
    upload = _locked_upload(actor, upload_id)
    _refuse_ended(upload, now=now)
    _end(upload, to=UploadStatus.TERMINATED)


def _locked_upload(actor: Actor, upload_id: UUID) -> Upload:
    upload = tenancy.find_in(_own_uploads(actor), upload_id)
    return _lock(upload)


def _lock(upload: Upload) -> Upload:
    clip = tenancy.same_row(upload.clip).select_for_update().get()
    upload.refresh_from_db(fields=["status", "expires_at"])
    upload.clip = clip
    return upload


def _end(upload: Upload, *, to: UploadStatus) -> None:
    move(upload, UPLOAD_MOVES, to=to)
    move(upload.clip, CLIP_MOVES, to=ClipStatus.EXPECTED)


def expire_uploads(*, now: datetime) -> list[UUID]:
    """
    End open uploads whose time is up, at most `SWEEP_BATCH`, and return their ids: their bytes may go.

    Transaction: one for each upload. Idempotent.
    """
    late = (
        tenancy.across_organisations(Upload, why=_WHY_ACROSS)
        .filter(status=UploadStatus.OPEN, expires_at__lte=now)
        .select_related("clip")
    )
    return [upload.id for upload in late[:SWEEP_BATCH] if _expire(upload, now=now)]


@transaction.atomic
def _expire(upload: Upload, *, now: datetime) -> bool:
    _lock(upload)
    if upload.status != UploadStatus.OPEN or upload.expires_at > now:
        return False  # a byte came, or it ended, since the list was read
    _end(upload, to=UploadStatus.EXPIRED)
    return True


def uploads_by_id(upload_ids: list[UUID]) -> dict[UUID, Upload]:
    """Return the rows of these uploads with their people, for a sweep that found their bytes."""
    rows = tenancy.across_organisations(Upload, why=_WHY_ACROSS).filter(pk__in=upload_ids).select_related("person")
    return {row.id: row for row in rows}
