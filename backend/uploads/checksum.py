"""`Upload-Checksum`: what a request says of its own body, compared once the body is here."""

from __future__ import annotations

import base64
import binascii
import hashlib
import zlib
from collections.abc import Callable
from typing import Protocol

from starlette.datastructures import Headers

from backend.uploads.refusals import ChecksumMismatch, ChecksumUnsupported, MalformedRequest

_CRC32_BYTES = 4


class _Digest(Protocol):
    @property
    def digest_size(self) -> int: ...

    def update(self, data: bytes, /) -> None: ...

    def digest(self) -> bytes: ...


class _Crc32:
    """CRC-32 with the manners of hashlib; told big-endian, as clients send it."""

    digest_size = _CRC32_BYTES

    def __init__(self) -> None:
        self._value = 0

    def update(self, data: bytes, /) -> None:
        self._value = zlib.crc32(data, self._value)

    def digest(self) -> bytes:
        return self._value.to_bytes(_CRC32_BYTES, "big")


_KINDS: dict[str, Callable[[], _Digest]] = {
    "sha1": lambda: hashlib.sha1(usedforsecurity=False),  # tus wants every server to know it; it finds broken links
    "sha256": hashlib.sha256,
    "crc32": _Crc32,
}
ALGORITHMS = ",".join(_KINDS)


class BodyChecksum:
    """The checksum that a request declares of its body, and what has come of it."""

    def __init__(self, declared: bytes, digest: _Digest) -> None:
        self._declared = declared
        self._digest = digest

    def update(self, block: bytes) -> None:
        """Take the next bytes of the body."""
        self._digest.update(block)

    def check(self) -> None:
        """
        Accept the body, which is here to its end.

        :raises ChecksumMismatch: it is another one than was declared.
        """
        if self._digest.digest() != self._declared:
            raise ChecksumMismatch("These bytes differ from their checksum. None of them was kept; send them again.")


def declared_checksum(headers: Headers) -> BodyChecksum | None:
    """
    Return the checksum that a request declares of its body; None when it declares none.

    :raises ChecksumUnsupported: it is of a kind that we do not know.
    :raises MalformedRequest: it is none of its kind.
    """
    told = headers.get("upload-checksum")
    if told is None:
        return None
    kind, _, encoded = told.partition(" ")
    if kind not in _KINDS:
        raise ChecksumUnsupported(f"Upload-Checksum may be one of {ALGORITHMS}.")
    digest = _KINDS[kind]()
    return BodyChecksum(_decoded(encoded, digest.digest_size), digest)


def _decoded(encoded: str, size_bytes: int) -> bytes:
    try:
        declared = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        declared = b""
    if len(declared) != size_bytes:
        raise MalformedRequest(f"Upload-Checksum must be the base64 of {size_bytes} bytes.")
    return declared
