"""What may be uploaded, and why an upload is refused."""

from __future__ import annotations

import mimetypes

from django.conf import settings

from backend.domain.errors import DomainError
from backend.domain.saying import said

_TELLS_NOTHING = {"", "application/octet-stream"}


class UploadTooLarge(DomainError):
    """The declared length is over the limit; `facts` hold `max_bytes`."""

    code = "upload_too_large"


class UploadEmpty(DomainError):
    """The declared length is zero."""

    code = "upload_empty"


class UploadTypeRefused(DomainError):
    """By its name, its declared type or its first bytes it is neither video nor audio."""

    code = "upload_type_refused"


class UploadExpired(DomainError):
    """It was not finished in time; its bytes are gone."""

    code = "upload_expired"


class UploadCorrupt(DomainError):
    """The bytes that arrived are not those that the phone declared."""

    code = "upload_corrupt"


class UploadIncomplete(DomainError):
    """Bytes are still missing; `facts` hold `upload_offset`."""

    code = "upload_offset_mismatch"


class PiecesMissing(DomainError):
    """A clip cannot be joined yet: one of its pieces is not whole."""

    code = "upload_pieces_missing"


class LengthAlreadyKnown(DomainError):
    """The length of an upload is told once."""

    code = "malformed_request"


def check_size(declared_bytes: int) -> None:
    """
    Accept a length between one byte and the installation's limit.

    :raises UploadEmpty: it is zero.
    :raises UploadTooLarge: it is over `UPLOAD_MAX_BYTES`.
    """
    if declared_bytes == 0:
        raise UploadEmpty("A clip needs at least one byte.")
    if declared_bytes > settings.UPLOAD_MAX_BYTES:
        raise UploadTooLarge(
            said("A clip may have at most %(most)s bytes.", most=settings.UPLOAD_MAX_BYTES),
            max_bytes=settings.UPLOAD_MAX_BYTES,
        )


def media_type_of(*, file_name: str, media_type: str) -> str:
    """
    Return the type of the file by what the phone says of it; empty when it says nothing.

    What the file really is, the media worker finds out from its bytes.

    :raises UploadTypeRefused: by its declared type, or else by its name, it is neither video nor sound.
    """
    if not media_type and not file_name:
        return ""
    told = media_type if media_type not in _TELLS_NOTHING else mimetypes.guess_type(file_name)[0] or ""
    if not told.startswith(("video/", "audio/")):
        raise UploadTypeRefused("Only video and audio files are taken.")
    return told
