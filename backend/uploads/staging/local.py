"""
Staging on this machine's disk: one file each in `UPLOAD_DIR`, named by our id, only ever grown.

Beside each lies its guard. Nothing here asks the database.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO
from uuid import UUID

from django.conf import settings

from backend.integrations.object_store import object_store
from backend.uploads.staging.base import FIRST_BYTES, GUARD_WAIT_S
from backend.uploads.staging.guard import Guard

GUARD_SUFFIX = ".guard"
_WRITE_OUT_BYTES = 8 * 1024 * 1024


class LocalStaged:
    """The `Staged` of an installation whose web processes share one disk."""

    def __init__(self, upload_id: UUID) -> None:
        self.path = settings.UPLOAD_DIR / str(upload_id)
        self._guard = Guard(self.path.with_suffix(GUARD_SUFFIX))

    @contextmanager
    def guarded(self, *, wait_s: float = GUARD_WAIT_S) -> Iterator[None]:
        with self._guard.held(wait_s=wait_s):
            yield

    guarded_everywhere = guarded  # everywhere is here

    def lease(self) -> int:
        return self._guard.lease()

    def set_lease(self, lease: int) -> None:
        self._guard.set_lease(lease)

    def is_quiet(self, *, for_s: float) -> bool:
        return self.path.exists() and time.time() - self.path.stat().st_mtime > for_s

    def rewinds(self) -> int:
        return 0  # all who write see the same file

    def size_bytes(self) -> int:
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0

    def append(self, block: bytes | memoryview, *, revocable: bool = False) -> None:  # noqa: ARG002 - all of it is
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        try:
            _write_all(descriptor, block)
            _begin_writing_out(descriptor, len(block))
        finally:
            os.close(descriptor)

    def truncate(self, size_bytes: int) -> None:
        if size_bytes < self.size_bytes():
            os.truncate(self.path, size_bytes)

    def flush(self) -> None:
        if self.path.exists():
            with self.path.open("rb") as file:
                os.fsync(file.fileno())

    def open(self) -> BinaryIO | None:
        return self.path.open("rb") if self.path.exists() else None

    def first_bytes(self) -> bytes:
        with self.path.open("rb") as file:
            return file.read(FIRST_BYTES)

    def seal(self) -> None:
        """Nothing to do: a file can always be read."""

    def sha256(self) -> str:
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def store_as(self, key: str, *, content_type: str) -> None:
        object_store().put_file(key, path=self.path, content_type=content_type)

    def discard(self) -> None:
        self.path.unlink(missing_ok=True)
        self._guard.remove()


def _write_all(descriptor: int, block: bytes | memoryview) -> None:
    rest = memoryview(block)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _begin_writing_out(descriptor: int, added_bytes: int) -> None:
    """Have the disk begin with each `_WRITE_OUT_BYTES` that are complete, so that little is left for `flush`."""
    end = os.lseek(descriptor, 0, os.SEEK_CUR)
    begin = (end - added_bytes) // _WRITE_OUT_BYTES * _WRITE_OUT_BYTES
    complete = end // _WRITE_OUT_BYTES * _WRITE_OUT_BYTES - begin
    if complete and hasattr(os, "posix_fadvise"):
        # Linux begins to write these pages and lets go of them only once they are clean and asked for again.
        os.posix_fadvise(descriptor, begin, complete, os.POSIX_FADV_DONTNEED)
