"""What the clips area needs of an object store; `backend.integrations.object_store` has the real ones."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Protocol


class ObjectStore(Protocol):
    """Objects by key, read and written by others through signed, expiring links."""

    def head(self, key: str) -> int | None:
        """Return the object's size in bytes, or None when there is none."""

    def presigned_get(self, key: str, *, expires_in: timedelta, content_type: str | None = None) -> str:
        """Return a link with which anybody may read the object."""

    def presigned_put(self, key: str, *, expires_in: timedelta) -> str:
        """Return a link with which anybody may write the object."""

    def list_keys(self, prefix: str) -> Iterable[str]:
        """Return the key of every object below `prefix`, which ends in a slash."""

    def delete(self, key: str) -> None:
        """Remove the object. Idempotent."""
