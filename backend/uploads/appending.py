"""The body of a request goes behind what is kept already; when that makes the upload whole, it is finished."""

from __future__ import annotations

from django.utils import timezone
from starlette.requests import ClientDisconnect, Request

from backend.uploads import protocol
from backend.uploads.checksum import declared_checksum
from backend.uploads.finishing import finish
from backend.uploads.receiving import Ending, keep_body
from backend.uploads.room import no_room
from backend.uploads.sign_in import sender_of
from backend.uploads.standing import Standing
from backend.uploads.threads import in_database
from backend.uploads.writing import Writer


async def append_body(request: Request, standing: Standing) -> dict[str, str]:
    """
    Keep the body; return the headers that tell where the upload stands then.

    :raises DomainError: as `no_room`: the body is longer than the upload's room; nothing of it is kept.
    :raises ChecksumMismatch: the body is not the one that was declared; nothing of it is kept.
    :raises ClientDisconnect: the link dropped; what came is kept.
    :raises DomainError: as `keep_body` and `finish`.
    """
    _check_room(request, standing)
    if standing.is_finished:
        return position(standing.offset, standing)
    writer = Writer(standing, checksum=declared_checksum(request.headers))
    if await keep_body(request.receive, writer) is Ending.CUT:
        raise ClientDisconnect
    if standing.upload.is_whole_at(writer.offset):
        # Rights again: a session may have been revoked during the hours that a file can take.
        sender = await sender_of(request)
        await in_database(finish, actor=sender.actor, upload=standing.upload, now=timezone.now())
    return position(writer.offset, standing)


def _check_room(request: Request, standing: Standing) -> None:
    room_bytes = standing.upload.reserved_bytes - standing.offset
    if (protocol.body_bytes(request.headers) or 0) > room_bytes:
        raise no_room(standing.upload)


def position(offset: int, standing: Standing) -> dict[str, str]:
    """Return the headers that tell where an upload stands, and how long it lives."""
    return {"Upload-Offset": str(offset), **protocol.expiry(standing.upload)}
