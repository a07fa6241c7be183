"""POST: an upload begins, of a whole clip or of a piece, or a clip is joined from its pieces."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from starlette.requests import Request
from starlette.responses import Response

from backend.domain.actor import Actor
from backend.domain.clips.models import Upload
from backend.domain.clips.states import UploadKind
from backend.domain.clips.upload_beginning import begin_joined_upload, begin_piece, begin_upload
from backend.domain.threads.wanted_clips import check_wanted
from backend.uploads import protocol
from backend.uploads.announcing import Announcement, announcement
from backend.uploads.appending import append_body, position
from backend.uploads.checksum import declared_checksum
from backend.uploads.joining import join
from backend.uploads.metadata import Metadata, clip_id_of, parse_metadata
from backend.uploads.sign_in import Sender, sender_of
from backend.uploads.standing import take_over
from backend.uploads.threads import in_database


async def create(request: Request) -> Response:
    """Open the upload of a clip; the body may bring its first bytes. The same file again: the same upload."""
    announced = announcement(request.headers)
    told = parse_metadata(request.headers.get("upload-metadata", ""))
    declared_checksum(request.headers)  # refused before there is an upload
    sender = await sender_of(request)
    upload = await in_database(_begin, sender, announced=announced, told=told, now=timezone.now())
    headers = {"Location": protocol.address_of(upload.id), **protocol.expiry(upload)}
    if announced.kind == UploadKind.FINAL:
        await in_database(join, actor=sender.actor, upload=upload, now=timezone.now())
    elif request.headers.get("content-type") == protocol.BYTES_TYPE:
        headers |= await _take_first_bytes(request, sender.actor, upload)
    return Response(status_code=201, headers=headers)


@transaction.atomic
def _begin(sender: Sender, *, announced: Announcement, told: Metadata, now: datetime) -> Upload:
    sender.check_may_send(told.clip_id if announced.kind is UploadKind.WHOLE else None)
    upload = _announce(sender.actor, announced, told, now=now)
    if upload.clip is not None and not upload.is_finished:
        check_wanted(actor=sender.actor, clip=upload.clip)
    return upload


def _announce(actor: Actor, announced: Announcement, told: Metadata, *, now: datetime) -> Upload:
    match announced.kind:
        case UploadKind.PARTIAL:
            return begin_piece(
                actor=actor,
                declared_bytes=announced.declared_bytes,
                file_name=told.file_name,
                media_type=told.media_type,
                now=now,
            )
        case UploadKind.FINAL:
            return begin_joined_upload(
                actor=actor,
                clip_id=clip_id_of(told),
                piece_ids=announced.piece_ids,
                declared_sha256=told.sha256,
                file_name=told.file_name,
                media_type=told.media_type,
                now=now,
            )
        case UploadKind.WHOLE:
            return begin_upload(
                actor=actor,
                clip_id=clip_id_of(told),
                declared_bytes=announced.declared_bytes,
                declared_sha256=told.sha256,
                file_name=told.file_name,
                media_type=told.media_type,
                now=now,
            )


async def _take_first_bytes(request: Request, actor: Actor, upload: Upload) -> dict[str, str]:
    standing = await in_database(take_over, actor=actor, upload_id=upload.id, now=timezone.now())
    if standing.offset:  # the phone asks again, not knowing how much came the first time: tell it
        return position(standing.offset, standing)
    return await append_body(request, standing)
