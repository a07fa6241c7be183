"""`Upload-Metadata`: capped, decoded strictly, known keys only. Nothing in it ever becomes a path."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from uuid import UUID

from api_schema.ids import is_uuid7
from backend.domain.clips.models import Upload
from backend.domain.errors import InvalidInput
from backend.uploads.refusals import MalformedRequest

MAX_HEADER_CHARACTERS = 4096
_KEYS = frozenset({"clip_id", "sha256", "filename", "filetype"})
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,40}/[a-z0-9][a-z0-9.+-]{0,50}")
_MAX_FILE_NAME_CHARACTERS = 255
_CLIP_ID_EXPECTED = "Upload-Metadata must name the clip by its UUIDv7."


@dataclass(frozen=True)
class Metadata:
    """What the phone says of the file it will send. Only of a piece it may leave `clip_id` out."""

    clip_id: UUID | None = None
    sha256: str = ""
    file_name: str = ""
    media_type: str = ""


def parse_metadata(header: str) -> Metadata:
    """
    Return what an `Upload-Metadata` header says. Keys we do not know are not kept.

    :raises MalformedRequest: it is too long or not of the form that tus describes.
    :raises InvalidInput: a value of a key we know cannot be accepted; names the key.
    """
    told = _decode(header)
    return Metadata(
        clip_id=_clip_id(told["clip_id"]) if "clip_id" in told else None,
        sha256=_sha256(told.get("sha256", "")),
        file_name=_file_name(told.get("filename", "")),
        media_type=_media_type(told.get("filetype", "")),
    )


def clip_id_of(told: Metadata) -> UUID:
    """
    Return which clip the file is.

    :raises InvalidInput: the phone did not say.
    """
    if told.clip_id is None:
        raise InvalidInput(clip_id=_CLIP_ID_EXPECTED)
    return told.clip_id


def format_metadata(upload: Upload) -> str:
    """Return the header that tells a phone what it said at creation."""
    told = {
        "clip_id": str(upload.clip_id or ""),
        "sha256": upload.declared_sha256,
        "filename": upload.file_name,
        "filetype": upload.media_type,
    }
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in told.items() if value)


def _decode(header: str) -> dict[str, str]:
    if len(header) > MAX_HEADER_CHARACTERS:
        raise MalformedRequest(f"Upload-Metadata may have at most {MAX_HEADER_CHARACTERS} characters.")
    told: dict[str, str] = {}
    for pair in filter(None, header.split(",")):
        key, _, encoded = pair.strip(" ").partition(" ")
        if not key or key in told:
            raise MalformedRequest("Upload-Metadata has a key without a name, or one key twice.")
        if key in _KEYS:
            told[key] = _text(key, encoded)
    return told


def _text(key: str, encoded: str) -> str:
    try:
        return base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        raise MalformedRequest(f"Upload-Metadata: {key} is not base64 of UTF-8 text.") from None


def _clip_id(text: str) -> UUID:
    try:
        clip_id = UUID(text)
    except ValueError:
        clip_id = None
    if clip_id is None or not is_uuid7(clip_id):
        raise InvalidInput(clip_id=_CLIP_ID_EXPECTED)
    return clip_id


def _sha256(text: str) -> str:
    if text and not _SHA256.fullmatch(text.lower()):
        raise InvalidInput(sha256="64 hexadecimal digits are expected.")
    return text.lower()


def _file_name(text: str) -> str:
    if len(text) > _MAX_FILE_NAME_CHARACTERS or not text.isprintable():
        raise InvalidInput(filename=f"At most {_MAX_FILE_NAME_CHARACTERS} printable characters are expected.")
    return text


def _media_type(text: str) -> str:
    bare = text.partition(";")[0].strip().lower()  # a recorder may add "; codecs=…"
    if bare and not _MEDIA_TYPE.fullmatch(bare):
        raise InvalidInput(filetype="A media type such as video/mp4 is expected.")
    return bare
