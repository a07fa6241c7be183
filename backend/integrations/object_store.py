"""
Where clips and what is made of them are kept: a local directory or any S3, behind the same signed links.

`tests/integrations/test_object_store.py` holds both to this contract.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import BinaryIO, Protocol

from django.conf import settings

from backend.integrations.local_store import LocalStore
from backend.integrations.s3_multipart import S3Multipart
from backend.integrations.s3_store import S3Store


class ObjectStore(Protocol):
    """
    Objects by key. Every method raises `UnsafeKey` for a key that is not made of plain parts, and
    `ObjectStoreUnavailable` when the store cannot be reached.

    A link lets its bearer do one thing to one object until it expires, with no other credential.
    """

    def put_file(self, key: str, *, path: Path, content_type: str) -> None:
        """Store the file's bytes whole or not at all, in place of what was there. The file stays."""

    def presigned_get(
        self, key: str, *, expires_in: timedelta, content_type: str | None = None, filename: str | None = None
    ) -> str:
        """Return a link for GET and byte ranges. `filename` makes a browser save it under that name."""

    def presigned_put(self, key: str, *, expires_in: timedelta) -> str:
        """
        Return a link for one PUT with a Content-Length.

        The bearer decides how much comes (S3 signs no limit): ask `head` before trusting what it says.
        """

    def head(self, key: str) -> int | None:
        """Return the object's size in bytes, or None when there is none."""

    def open(self, key: str, *, begin_at: int = 0) -> BinaryIO:
        """
        Return the object's bytes from `begin_at` on, a place before its end, as a stream that the caller closes.

        :raises FileNotFoundError: there is none.
        """

    def list_keys(self, prefix: str) -> Iterable[str]:
        """Return the key of every whole object below `prefix`, which ends in a slash. None is no error."""

    def delete(self, key: str) -> None:
        """Remove the object. Idempotent."""


class UnknownObjectStore(ValueError):
    """OBJECT_STORE names no store we know."""


def object_store() -> ObjectStore:
    """
    Return the store that the settings name.

    :raises UnknownObjectStore: OBJECT_STORE is neither `dir:/path` nor `s3://bucket`.
    """
    return _open_store(settings.OBJECT_STORE)


def multipart_store() -> S3Multipart | None:
    """Return how objects come to the store in parts; None when it is a directory."""
    store = object_store()
    return store.multipart if isinstance(store, S3Store) else None


@cache
def _open_store(address: str) -> ObjectStore:
    if address.startswith("dir:/"):
        return LocalStore(Path(address.removeprefix("dir:")), public_url=settings.PUBLIC_URL)
    if address.startswith("s3://"):
        return S3Store(
            bucket=address.removeprefix("s3://").strip("/"),
            region=settings.S3_REGION,
            endpoint_url=settings.S3_ENDPOINT_URL,
            public_endpoint_url=settings.S3_PUBLIC_ENDPOINT_URL,
        )
    raise UnknownObjectStore(f"OBJECT_STORE must be dir:/path or s3://bucket, not {address!r}.")
