"""What tus 1.0.0 says in headers. Source: tus.io/protocols/resumable-upload, version 1.0.0."""

from __future__ import annotations

import re
from datetime import datetime
from email.utils import format_datetime
from uuid import UUID

from django.conf import settings
from starlette.datastructures import Headers

from backend.domain.clips.models import Upload
from backend.domain.clips.states import UploadStatus
from backend.uploads.checksum import ALGORITHMS
from backend.uploads.refusals import MalformedRequest, TusVersionUnsupported, WrongContentType

VERSION = "1.0.0"
PREFIX = "/api/v1/uploads"
EXTENSIONS = "creation,creation-with-upload,creation-defer-length,expiration,checksum,termination,concatenation"
BYTES_TYPE = "application/offset+octet-stream"
_COUNT = re.compile(r"[0-9]{1,18}")  # anything longer is no file's length


def address_of(upload_id: UUID) -> str:
    """Return where an upload is found on this server."""
    return f"{PREFIX}/{upload_id}"


def capabilities() -> dict[str, str]:
    """Return the headers that answer OPTIONS."""
    return {
        "Tus-Version": VERSION,
        "Tus-Max-Size": str(settings.UPLOAD_MAX_BYTES),
        "Tus-Extension": EXTENSIONS,
        "Tus-Checksum-Algorithm": ALGORITHMS,
    }


def check_version(headers: Headers) -> None:
    """
    Accept a request that speaks our version.

    :raises TusVersionUnsupported: it speaks another, or does not say.
    """
    if headers.get("tus-resumable") != VERSION:
        raise TusVersionUnsupported(f"Send Tus-Resumable: {VERSION}.")


def count(headers: Headers, name: str) -> int:
    """
    Return the number of bytes that the header `name` tells.

    :raises MalformedRequest: it is missing, or not a plain whole number.
    """
    told = headers.get(name, "")
    if not _COUNT.fullmatch(told):
        raise MalformedRequest(f"{name} must be a whole number of bytes.")
    return int(told)


def body_bytes(headers: Headers) -> int | None:
    """Return how many bytes the body will have, or None when it comes in chunks."""
    return count(headers, "Content-Length") if "content-length" in headers else None


def check_bytes_type(headers: Headers) -> None:
    """
    Accept a body that is said to be a piece of an upload.

    :raises WrongContentType: it is said to be something else.
    """
    if headers.get("content-type") != BYTES_TYPE:
        raise WrongContentType(f"Send Content-Type: {BYTES_TYPE}.")


def expiry(upload: Upload) -> dict[str, str]:
    """Return the header that announces when an open upload ends; a finished one stays."""
    return {"Upload-Expires": _http_date(upload.expires_at)} if upload.status == UploadStatus.OPEN else {}


def _http_date(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)
