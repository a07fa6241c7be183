"""One function a tus method: request in, answer out."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from backend.domain.actor import Actor
from backend.domain.clips.upload_beginning import begin_upload
from backend.domain.clips.uploads import terminate_upload
from backend.uploads import protocol
from backend.uploads.finishing import finish
from backend.uploads.metadata import format_metadata, parse_metadata
from backend.uploads.receiving import Ending, keep_body
from backend.uploads.refusals import UploadOffsetMismatch, UploadOverrun
from backend.uploads.sign_in import signed_in_actor
from backend.uploads.staging import staged
from backend.uploads.standing import Standing, take_over
from backend.uploads.threads import in_database
from backend.uploads.writing import Writer

PREFIX = "/api/v1/uploads"


async def options(_request: Request) -> Response:
    """Tell what this server can do."""
    return Response(status_code=204, headers=protocol.capabilities())


async def create(request: Request) -> Response:
    """Open the upload of a clip; the body may bring its first bytes. The same file again: the same upload."""
    declared_bytes = protocol.count(request.headers, "Upload-Length")
    told = parse_metadata(request.headers.get("upload-metadata", ""))
    actor = await _actor(request)
    upload = await in_database(
        begin_upload,
        actor=actor,
        clip_id=told.clip_id,
        declared_bytes=declared_bytes,
        declared_sha256=told.sha256,
        file_name=told.file_name,
        media_type=told.media_type,
        now=timezone.now(),
    )
    headers = {"Location": f"{PREFIX}/{upload.id}", **protocol.expiry(upload)}
    if request.headers.get("content-type") == protocol.BYTES_TYPE:
        headers |= await _take_first_bytes(request, actor, upload.id)
    return Response(status_code=201, headers=headers)


async def _take_first_bytes(request: Request, actor: Actor, upload_id: UUID) -> dict[str, str]:
    standing = await in_database(take_over, actor=actor, upload_id=upload_id, now=timezone.now())
    if standing.offset:  # the phone asks again, not knowing how much came the first time: tell it
        return _position(standing.offset, standing)
    return await _receive(request, standing)


async def head(request: Request, upload_id: UUID) -> Response:
    """Tell how much is really on disk; from now on only who asked may add to it."""
    actor = await _actor(request)
    standing = await in_database(take_over, actor=actor, upload_id=upload_id, now=timezone.now())
    if standing.is_whole and not standing.is_finished:
        await in_database(finish, actor=actor, upload=standing.upload, now=timezone.now())
    headers = {
        "Upload-Length": str(standing.upload.declared_bytes),
        "Upload-Metadata": format_metadata(standing.upload),
        **_position(standing.offset, standing),
    }
    return Response(status_code=200, headers=headers)


async def patch(request: Request, upload_id: UUID) -> Response:
    """Add the body's bytes behind what is kept; when that makes the upload whole, finish it."""
    protocol.check_bytes_type(request.headers)
    begins_at = protocol.count(request.headers, "Upload-Offset")
    actor = await _actor(request)
    standing = await in_database(take_over, actor=actor, upload_id=upload_id, now=timezone.now())
    if begins_at != standing.offset:
        raise UploadOffsetMismatch(f"The upload stands at {standing.offset}.", upload_offset=standing.offset)
    return Response(status_code=204, headers=await _receive(request, standing))


async def delete(request: Request, upload_id: UUID) -> Response:
    """Give the upload up and forget its bytes."""
    actor = await _actor(request)
    await in_database(_terminate, actor, upload_id)
    return Response(status_code=204)


async def _actor(request: Request) -> Actor:
    return await in_database(signed_in_actor, request.headers, now=timezone.now())


async def _receive(request: Request, standing: Standing) -> dict[str, str]:
    """Keep the body; return the headers that tell where the upload stands then."""
    room_bytes = standing.upload.declared_bytes - standing.offset
    if (protocol.body_bytes(request.headers) or 0) > room_bytes:
        raise UploadOverrun(f"The upload has room for {room_bytes} bytes more; nothing of this was kept.")
    if standing.is_finished:
        return _position(standing.offset, standing)
    writer = Writer(standing)
    if await keep_body(request.receive, writer) is Ending.CUT:
        raise ClientDisconnect
    if writer.offset == standing.upload.declared_bytes:
        # Rights again: a session may have been revoked during the hours that a file can take.
        actor = await _actor(request)
        await in_database(finish, actor=actor, upload=standing.upload, now=timezone.now())
    return _position(writer.offset, standing)


def _position(offset: int, standing: Standing) -> dict[str, str]:
    return {"Upload-Offset": str(offset), **protocol.expiry(standing.upload)}


def _terminate(actor: Actor, upload_id: UUID) -> None:
    terminate_upload(actor=actor, upload_id=upload_id, now=timezone.now())
    # Whoever still writes finds its lease gone with the guard.
    staged(upload_id).discard()
