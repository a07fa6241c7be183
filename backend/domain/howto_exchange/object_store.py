"""What exchanging how-tos needs of an object store; `backend.integrations.object_store` has the real ones."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO, Protocol


class ObjectStore(Protocol):
    """Objects by key, read and written by ourselves."""

    def head(self, key: str) -> int | None:
        """Return the object's size in bytes, or None when there is none."""

    def open(self, key: str, *, begin_at: int = 0) -> BinaryIO:
        """
        Return the object's bytes from `begin_at` on, as a stream that the caller closes.

        :raises FileNotFoundError: there is none.
        """

    def put_file(self, key: str, *, path: Path, content_type: str) -> None:
        """Store the file's bytes whole or not at all."""

    def delete(self, key: str) -> None:
        """Remove the object. Idempotent."""
