"""What the creation of an upload announces: how long it will be, and whether it is a whole, a piece or a join."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from starlette.datastructures import Headers

from backend.domain.clips.models import Upload
from backend.domain.clips.states import UploadKind
from backend.uploads import protocol
from backend.uploads.refusals import MalformedRequest

MAX_PIECES = 100


@dataclass(frozen=True)
class Announcement:
    """An upload to be. `declared_bytes` is None when it is told later, or follows from the pieces."""

    kind: UploadKind = UploadKind.WHOLE
    declared_bytes: int | None = None
    piece_ids: tuple[UUID, ...] = ()


def announcement(headers: Headers) -> Announcement:
    """
    Return what the headers of a POST announce.

    :raises MalformedRequest: they contradict themselves, or are not of the form that tus describes.
    """
    told = headers.get("upload-concat", "")
    if told.startswith("final;"):
        return Announcement(UploadKind.FINAL, piece_ids=_piece_ids(told.removeprefix("final;")))
    if told not in {"", "partial"}:
        raise MalformedRequest("Upload-Concat must be partial, or final; and the addresses of its pieces.")
    kind = UploadKind.PARTIAL if told else UploadKind.WHOLE
    return Announcement(kind, _declared_bytes(headers))


def _declared_bytes(headers: Headers) -> int | None:
    deferred = headers.get("upload-defer-length")
    if deferred is None:
        return protocol.count(headers, "Upload-Length")
    if deferred != "1" or "upload-length" in headers:
        raise MalformedRequest("Send either Upload-Length or Upload-Defer-Length: 1.")
    return None


def _piece_ids(told: str) -> tuple[UUID, ...]:
    addresses = told.split()
    if not 1 <= len(addresses) <= MAX_PIECES:
        raise MalformedRequest(f"Upload-Concat must name 1 to {MAX_PIECES} pieces.")
    return tuple(_piece_id(address) for address in addresses)


def _piece_id(address: str) -> UUID:
    try:
        folder, _, name = urlsplit(address).path.rpartition("/")
        piece_id = UUID(name)
    except ValueError:
        piece_id, folder = None, ""
    if piece_id is None or folder != protocol.PREFIX:
        raise MalformedRequest("Upload-Concat names something that is no upload.")
    return piece_id


def told_back(upload: Upload) -> dict[str, str]:
    """Return the headers that tell a phone what it announced."""
    return _length(upload) | _concat(upload)


def _length(upload: Upload) -> dict[str, str]:
    if upload.declared_bytes is None:
        return {"Upload-Defer-Length": "1"}
    return {"Upload-Length": str(upload.declared_bytes)}


def _concat(upload: Upload) -> dict[str, str]:
    match UploadKind(upload.kind):
        case UploadKind.WHOLE:
            return {}
        case UploadKind.PARTIAL:
            return {"Upload-Concat": "partial"}
        case UploadKind.FINAL:
            return {"Upload-Concat": "final;" + " ".join(map(protocol.address_of, upload.piece_ids))}
