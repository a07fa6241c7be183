"""
The life of an upload once it is begun: found, written by one writer at a time, and finished, ended or expired.

The bytes lie outside of the database; `backend.uploads` keeps and counts them.
The clip's row is the lock of its arrival: beginning, finishing and ending an upload take turns on it.
A piece has no clip yet: its own row is its lock.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.clips.jobs import queue_render
from backend.domain.clips.models import Clip, Upload
from backend.domain.clips.states import CLIP_MOVES, UPLOAD_MOVES, ClipStatus, UploadStatus
from backend.domain.clips.upload_rules import UploadCorrupt, UploadExpired, UploadIncomplete, UploadTypeRefused
from backend.domain.clips.watching import ClipNews, tell_of_clip
from backend.domain.errors import NotFound
from backend.domain.states import move

SWEEP_BATCH = 500
_WHY_ACROSS = "the sweep serves every organisation; the upload's row says which one it is"


def find_upload(*, actor: Actor, upload_id: UUID, now: datetime) -> Upload:
    """
    Return the actor's own upload: open, finished, or a piece that was joined.

    Tenancy: a colleague's upload looks like a missing one, as another organisation's does.

    :raises NotFound: no such upload of the actor, or it was terminated.
    :raises UploadExpired: its time is up.
    :raises UploadCorrupt: its bytes were not those declared; begin again.
    :raises UploadTypeRefused: by its bytes it was neither video nor sound.
    """
    upload = tenancy.find_in(own_uploads(actor), upload_id)
    refuse_ended(upload, now=now)
    return upload


def own_uploads(actor: Actor) -> QuerySet[Upload]:
    """Return the actor's own uploads with their clips."""
    return tenancy.within(actor, Upload).filter(person_id=actor.person_id).select_related("clip")


def refuse_ended(upload: Upload, *, now: datetime) -> None:
    """
    Accept an upload that has not ended in vain.

    :raises NotFound: UploadExpired, UploadCorrupt, UploadTypeRefused: as `find_upload`.
    """
    is_late = upload.status == UploadStatus.OPEN and upload.expires_at <= now
    if is_late or upload.status == UploadStatus.EXPIRED:
        raise UploadExpired("The upload was not finished in time. Begin it again.")
    if upload.status == UploadStatus.CORRUPT:
        raise corrupt()
    if upload.status == UploadStatus.REFUSED:
        raise refused()
    if upload.status == UploadStatus.TERMINATED:
        raise NotFound("There is no upload with this id.")


def corrupt() -> UploadCorrupt:
    """Return the refusal of bytes that are not those declared: the same sentence whenever the phone asks."""
    return UploadCorrupt("What arrived is not the file that was announced. Nothing was used; send it again.")


def refused() -> UploadTypeRefused:
    """Return the refusal of bytes that are neither video nor sound: the same sentence whenever the phone asks."""
    return UploadTypeRefused("What arrived is neither video nor sound. Nothing was used; send the clip.")


@transaction.atomic
def take_lease(*, upload: Upload, now: datetime) -> int:
    """
    Make the caller the only writer of `upload` and return its lease number, higher than any before.

    Transaction: joins the caller's or opens its own.
    """
    # The time without a writer is no part of the rate.
    tenancy.same_row(upload).update(lease=F("lease") + 1, noted_at=now)
    # In the same transaction: the row is still ours alone.
    upload.refresh_from_db(fields=["lease", "noted_at", "stored_bytes", "bytes_per_second"])
    return upload.lease


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

    :raises UploadIncomplete: bytes are missing, or it is only a piece.
    :raises UploadCorrupt: the SHA-256 is not the declared one.
    :raises UploadExpired: NotFound: as `find_upload`.
    """
    upload = locked_upload(actor, upload_id)
    if upload.clip is None:
        raise UploadIncomplete("A piece alone is no clip.", upload_offset=stored_bytes)
    if upload.status == UploadStatus.FINISHED:
        return upload.clip
    refuse_ended(upload, now=now)
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
    tell_of_clip(upload.clip, ClipNews.RECEIVED, now=now)
    _end_pieces(upload, to=UploadStatus.JOINED)
    queue_render(clip=upload.clip, now=now)
    return upload.clip


@transaction.atomic
def mark_corrupt(*, actor: Actor, upload_id: UUID) -> None:
    """
    Give up an upload whose whole file is not the declared one; the clip is expected again and nothing is queued.

    Transaction: joins the caller's or opens its own. Idempotent.
    """
    _give_up(locked_upload(actor, upload_id), to=UploadStatus.CORRUPT)


@transaction.atomic
def mark_refused(*, actor: Actor, upload_id: UUID) -> None:
    """
    Give up an upload that by its bytes is neither video nor sound; the clip is expected again and nothing is queued.

    Transaction: joins the caller's or opens its own. Idempotent.
    """
    _give_up(locked_upload(actor, upload_id), to=UploadStatus.REFUSED)


def _give_up(upload: Upload, *, to: UploadStatus) -> None:
    if upload.status != to:
        end_upload(upload, to=to)
        # A phone that asks about a piece must not hear that it is here: joined again, it would fail again.
        _end_pieces(upload, to=UploadStatus.TERMINATED)


def _end_pieces(upload: Upload, *, to: UploadStatus) -> None:
    """End the pieces of a final upload, if it is one: their bytes went into it."""
    if upload.piece_ids:
        pieces = tenancy.within_organisation(upload.organisation_id, Upload).filter(pk__in=upload.piece_ids)
        pieces.filter(status=UploadStatus.OPEN).update(status=to)


@transaction.atomic
def terminate_upload(*, actor: Actor, upload_id: UUID, now: datetime) -> None:
    """
    Give up an open upload because the phone says so; the clip is expected again.

    Transaction: joins the caller's or opens its own.

    :raises NotFound: UploadExpired, UploadCorrupt: as `find_upload`.
    :raises IllegalMove: it is finished: the clip is ours to keep.
    """
    upload = locked_upload(actor, upload_id)
    refuse_ended(upload, now=now)
    end_upload(upload, to=UploadStatus.TERMINATED)


def locked_upload(actor: Actor, upload_id: UUID) -> Upload:
    """
    Return the actor's own upload, whatever its state, for the caller alone until the end of its transaction.

    :raises NotFound: no such upload of the actor.
    """
    return _lock(tenancy.find_in(own_uploads(actor), upload_id))


def _lock(upload: Upload) -> Upload:
    if upload.clip is None:
        return tenancy.same_row(upload).select_for_update().get()
    clip = tenancy.same_row(upload.clip).select_for_update().get()
    upload.refresh_from_db()
    upload.clip = clip
    return upload


def end_upload(upload: Upload, *, to: UploadStatus) -> None:
    """
    End an upload without a clip made of it: the clip is expected again.

    Transaction: joins the caller's.
    """
    move(upload, UPLOAD_MOVES, to=to)
    if upload.clip is not None:
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
    upload = _lock(upload)
    if upload.status != UploadStatus.OPEN or upload.expires_at > now:
        return False  # a byte came, or it ended, since the list was read
    end_upload(upload, to=UploadStatus.EXPIRED)
    return True


def uploads_by_id(upload_ids: list[UUID]) -> dict[UUID, Upload]:
    """Return the rows of these uploads with their people, for a sweep that found their bytes."""
    rows = tenancy.across_organisations(Upload, why=_WHY_ACROSS).filter(pk__in=upload_ids).select_related("person")
    return {row.id: row for row in rows}
