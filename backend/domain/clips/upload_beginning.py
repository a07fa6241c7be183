"""
How an upload is begun: of a whole clip, of one piece of a clip, or of a clip that is joined from pieces.

Every rule that needs no byte is asked here: whose clip it is, size, kind by name, the day's quota.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.clips.models import Clip, Upload
from backend.domain.clips.operations import expect_clip
from backend.domain.clips.states import CLIP_MOVES, ClipStatus, UploadKind, UploadStatus
from backend.domain.clips.upload_quota import reserve_bytes
from backend.domain.clips.upload_rules import LengthAlreadyKnown, PiecesMissing, check_size, media_type_of
from backend.domain.clips.uploads import end_upload, locked_upload, own_uploads, refuse_ended
from backend.domain.errors import IdTaken, NotFound
from backend.domain.saying import said
from backend.domain.states import move


@transaction.atomic
def begin_upload(
    *,
    actor: Actor,
    clip_id: UUID,
    declared_bytes: int | None,
    declared_sha256: str = "",
    file_name: str = "",
    media_type: str = "",
    now: datetime,
) -> Upload:
    """
    Open the upload of a clip, announcing the clip if the thread has not yet.

    `declared_bytes`: None while the phone cannot know; `declare_length` follows.
    `declared_sha256`: 64 hexadecimal digits of the whole file, or empty.
    The upload ends by itself when no byte comes for `UPLOAD_LIFE`.
    Transaction: joins the caller's or opens its own.
    Idempotent: the same file of the same clip is the same upload, also when it is finished.

    :raises UploadEmpty: UploadTooLarge, UploadTypeRefused: see `upload_rules`.
    :raises QuotaExceeded: the person's bytes for today do not suffice.
    :raises IdTaken: the clip is another person's, or another file was begun for it.
    """
    if declared_bytes is not None:
        check_size(declared_bytes)
    known_type = media_type_of(file_name=file_name, media_type=media_type)
    clip = _arriving_clip(actor, clip_id, now=now)
    current = _current_upload(clip, now=now)
    if current is not None:
        is_same_length = declared_bytes in {None, current.declared_bytes}
        return _same_file(current, is_same_length and current.declared_sha256 == declared_sha256)
    reserved_bytes = reserve_bytes(actor=actor, declared_bytes=declared_bytes, now=now)
    move(clip, CLIP_MOVES, to=ClipStatus.UPLOADING)
    return _open(
        actor,
        clip=clip,
        declared_bytes=declared_bytes,
        reserved_bytes=reserved_bytes,
        declared_sha256=declared_sha256,
        file_name=file_name,
        media_type=known_type,
        now=now,
    )


@transaction.atomic
def begin_piece(
    *, actor: Actor, declared_bytes: int | None, file_name: str = "", media_type: str = "", now: datetime
) -> Upload:
    """
    Open the upload of one piece. It is of no clip until `begin_joined_upload` names it.

    Transaction: joins the caller's or opens its own. Not idempotent: a piece has no name of its own.

    :raises UploadEmpty: UploadTooLarge, UploadTypeRefused, QuotaExceeded: as `begin_upload`.
    """
    if declared_bytes is not None:
        check_size(declared_bytes)
    known_type = media_type_of(file_name=file_name, media_type=media_type)
    return _open(
        actor,
        kind=UploadKind.PARTIAL,
        declared_bytes=declared_bytes,
        reserved_bytes=reserve_bytes(actor=actor, declared_bytes=declared_bytes, now=now),
        file_name=file_name,
        media_type=known_type,
        now=now,
    )


@transaction.atomic
def begin_joined_upload(
    *,
    actor: Actor,
    clip_id: UUID,
    piece_ids: Sequence[UUID],
    declared_sha256: str = "",
    file_name: str = "",
    media_type: str = "",
    now: datetime,
) -> Upload:
    """
    Open the upload of a clip whose bytes are those of the actor's pieces, in this order.

    The pieces count against the quota; the joined file does not count again.
    Transaction: joins the caller's or opens its own.
    Idempotent: the same pieces of the same clip are the same upload, also when it is finished.

    :raises NotFound: the actor has no such piece, or it went into another clip.
    :raises PiecesMissing: a piece has no length yet.
    :raises UploadTooLarge: UploadExpired, UploadTypeRefused, IdTaken: as `begin_upload` and `find_upload`.
    """
    known_type = media_type_of(file_name=file_name, media_type=media_type)
    clip = _arriving_clip(actor, clip_id, now=now)
    current = _current_upload(clip, now=now)
    if current is not None:
        are_same_pieces = current.piece_ids == list(piece_ids)
        return _same_file(current, are_same_pieces and current.declared_sha256 == declared_sha256)
    total_bytes = _total_bytes(actor, piece_ids, now=now)
    check_size(total_bytes)
    move(clip, CLIP_MOVES, to=ClipStatus.UPLOADING)
    return _open(
        actor,
        kind=UploadKind.FINAL,
        clip=clip,
        piece_ids=list(piece_ids),
        declared_bytes=total_bytes,
        reserved_bytes=total_bytes,
        declared_sha256=declared_sha256,
        file_name=file_name,
        media_type=known_type,
        now=now,
    )


@transaction.atomic
def declare_length(
    *, actor: Actor, upload_id: UUID, declared_bytes: int, declared_sha256: str = "", now: datetime
) -> Upload:
    """
    Settle the length of an upload that was begun without one, and its SHA-256 if the phone knows it by now.

    Transaction: joins the caller's or opens its own.
    Idempotent: the same length again changes nothing.

    :raises LengthAlreadyKnown: another length was told before.
    :raises UploadEmpty: UploadTooLarge, QuotaExceeded: as `begin_upload`.
    :raises NotFound: UploadExpired, UploadCorrupt, UploadTypeRefused: as `find_upload`.
    """
    upload = locked_upload(actor, upload_id)
    refuse_ended(upload, now=now)
    if upload.declared_bytes is not None:
        return _same_length(upload, declared_bytes)
    check_size(declared_bytes)
    if declared_bytes > upload.reserved_bytes:
        reserve_bytes(actor=actor, declared_bytes=declared_bytes - upload.reserved_bytes, now=now)
    upload.declared_bytes = upload.reserved_bytes = declared_bytes
    upload.declared_sha256 = declared_sha256 or upload.declared_sha256
    upload.save(update_fields=["declared_bytes", "reserved_bytes", "declared_sha256"])
    return upload


def _same_length(upload: Upload, declared_bytes: int) -> Upload:
    if upload.declared_bytes != declared_bytes:
        raise LengthAlreadyKnown(
            said("This upload has %(size)s bytes; that cannot change.", size=str(upload.declared_bytes))
        )
    return upload


def _open(actor: Actor, *, now: datetime, **told: object) -> Upload:
    return tenancy.create(
        Upload,
        organisation_id=actor.organisation_id,
        person_id=actor.person_id,
        created_at=now,
        expires_at=now + settings.UPLOAD_LIFE,
        **told,
    )


def _arriving_clip(actor: Actor, clip_id: UUID, *, now: datetime) -> Clip:
    """Return the clip for the caller alone: an upload of it that is just ending or finishing does so first."""
    clip = expect_clip(actor=actor, clip_id=clip_id, now=now)
    return tenancy.same_row(clip).select_for_update().get()


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
    end_upload(current, to=UploadStatus.EXPIRED)
    return None


def _same_file(current: Upload, is_same: bool) -> Upload:
    if not is_same:
        raise IdTaken("Another file was begun for this clip; end that upload first.", upload_id=str(current.id))
    return current


def _total_bytes(actor: Actor, piece_ids: Sequence[UUID], *, now: datetime) -> int:
    pieces = own_uploads(actor).filter(kind=UploadKind.PARTIAL).in_bulk(set(piece_ids))
    for piece in pieces.values():
        refuse_ended(piece, now=now)
    if len(pieces) < len(set(piece_ids)) or any(piece.is_finished for piece in pieces.values()):
        raise NotFound("There is no such piece, or it went into another clip. Send it again.")
    if any(piece.declared_bytes is None for piece in pieces.values()):
        raise PiecesMissing("A piece has no length yet. Tell it, then join again.")
    return sum(pieces[piece_id].reserved_bytes for piece_id in piece_ids)
