"""One function for each tus method on an upload that exists: request in, answer out. `creating.py` has POST."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from django.utils import timezone
from starlette.requests import Request
from starlette.responses import Response

from backend.domain.actor import Actor
from backend.domain.clips.models import Upload
from backend.domain.clips.states import UploadKind, UploadStatus
from backend.domain.clips.upload_beginning import declare_length
from backend.domain.clips.uploads import find_upload, terminate_upload
from backend.uploads import protocol
from backend.uploads.announcing import told_back
from backend.uploads.appending import append_body, position
from backend.uploads.finishing import finish
from backend.uploads.metadata import format_metadata, parse_metadata
from backend.uploads.refusals import UploadIsJoined, UploadOffsetMismatch, UploadOverrun
from backend.uploads.sign_in import Sender, actor_of, sender_of
from backend.uploads.staging import staged
from backend.uploads.standing import Standing, take_over
from backend.uploads.threads import in_database


async def options(_request: Request) -> Response:
    """Tell what this server can do."""
    return Response(status_code=204, headers=protocol.capabilities())


async def head(request: Request, upload_id: UUID) -> Response:
    """Tell how much is really on disk; from now on only who asked may add to it."""
    sender = await sender_of(request)
    actor = sender.actor
    upload = await in_database(_own_upload, sender, upload_id)
    if _is_being_joined(upload):  # who joins it is not to be disturbed, and there is no offset to tell
        return Response(status_code=200, headers=_description(upload) | protocol.expiry(upload))
    standing = await in_database(take_over, actor=actor, upload_id=upload_id, now=timezone.now())
    if standing.is_whole and not standing.is_finished:
        await in_database(finish, actor=actor, upload=standing.upload, now=timezone.now())
    return Response(status_code=200, headers=_description(standing.upload) | position(standing.offset, standing))


async def patch(request: Request, upload_id: UUID) -> Response:
    """Add the body's bytes behind what is kept; when that makes the upload whole, finish it."""
    protocol.check_bytes_type(request.headers)
    begins_at = protocol.count(request.headers, "Upload-Offset")
    sender = await sender_of(request)
    standing = await in_database(_take_over_to_write, sender, upload_id)
    if begins_at != standing.offset:
        raise UploadOffsetMismatch(f"The upload stands at {standing.offset}.", upload_offset=standing.offset)
    if "upload-length" in request.headers:
        standing = await in_database(_declare_length, request, sender.actor, standing)
    return Response(status_code=204, headers=await append_body(request, standing))


async def delete(request: Request, upload_id: UUID) -> Response:
    """Give the upload up and forget its bytes."""
    actor = await actor_of(request)
    await in_database(_terminate, actor, upload_id)
    return Response(status_code=204)


def _description(upload: Upload) -> dict[str, str]:
    told = format_metadata(upload)
    return told_back(upload) | ({"Upload-Metadata": told} if told else {})


def _is_being_joined(upload: Upload) -> bool:
    return upload.kind == UploadKind.FINAL and upload.status == UploadStatus.OPEN


def _own_upload(sender: Sender, upload_id: UUID) -> Upload:
    upload = find_upload(actor=sender.actor, upload_id=upload_id, now=timezone.now())
    sender.check_may_send(upload.clip_id)
    return upload


def _take_over_to_write(sender: Sender, upload_id: UUID) -> Standing:
    if _own_upload(sender, upload_id).kind == UploadKind.FINAL:
        raise UploadIsJoined("A final upload is made of its pieces; send nothing to it.")
    return take_over(actor=sender.actor, upload_id=upload_id, now=timezone.now())


def _declare_length(request: Request, actor: Actor, standing: Standing) -> Standing:
    declared_bytes = protocol.count(request.headers, "Upload-Length")
    if declared_bytes < standing.offset:
        raise UploadOverrun(f"{standing.offset} bytes are here already; the upload cannot be shorter.")
    upload = declare_length(
        actor=actor,
        upload_id=standing.upload.id,
        declared_bytes=declared_bytes,
        declared_sha256=parse_metadata(request.headers.get("upload-metadata", "")).sha256,
        now=timezone.now(),
    )
    return replace(standing, upload=upload)


def _terminate(actor: Actor, upload_id: UUID) -> None:
    terminate_upload(actor=actor, upload_id=upload_id, now=timezone.now())
    # Whoever still writes finds its lease gone with the guard.
    staged(upload_id).discard()
