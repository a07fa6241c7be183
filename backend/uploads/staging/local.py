"""
Staging on this machine's disk: one file each in `UPLOAD_DIR`, named by our id, only ever grown.

Beside each lies its guard: a small file that holds the lease number and is locked for each step, so that
processes of one machine take turns. A writer with an old number can never write again, however it was held up.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.conf import settings

from backend.integrations.object_store import object_store
from backend.uploads.refusals import UploadLocked
from backend.uploads.staging.base import FIRST_BYTES, GUARD_WAIT_S

GUARD_SUFFIX = ".guard"
_GUARD_RETRY_S = 0.01
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class LocalStaged:
    """The `Staged` of an installation whose web processes share one disk."""

    def __init__(self, upload_id: UUID) -> None:
        self.path = settings.UPLOAD_DIR / str(upload_id)
        self._guard_path = self.path.with_suffix(GUARD_SUFFIX)

    @contextmanager
    def guarded(self, *, wait_s: float = GUARD_WAIT_S) -> Iterator[None]:
        with self._guard_path.open("ab") as guard:
            _lock(guard.fileno(), wait_s)
            yield

    guarded_everywhere = guarded  # everywhere is here

    def lease(self) -> int:
        try:
            return int(self._guard_path.read_bytes() or b"0")
        except FileNotFoundError:  # discarded while its caller waited for the lock
            return 0

    def set_lease(self, lease: int) -> None:
        self._guard_path.write_bytes(b"%d" % lease)

    def is_quiet(self, *, for_s: float) -> bool:
        return self.path.exists() and time.time() - self.path.stat().st_mtime > for_s

    def size_bytes(self) -> int:
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0

    def append(self, block: bytes | memoryview, *, revocable: bool = False) -> None:  # noqa: ARG002 - all of it is
        with self.path.open("ab", buffering=0) as file:
            _write_all(file.fileno(), block)

    def truncate(self, size_bytes: int) -> None:
        if size_bytes < self.size_bytes():
            os.truncate(self.path, size_bytes)

    def flush(self) -> None:
        if self.path.exists():
            with self.path.open("rb") as file:
                os.fsync(file.fileno())

    def open(self) -> BinaryIO | None:
        return self.path.open("rb")

    def first_bytes(self) -> bytes:
        with self.path.open("rb") as file:
            return file.read(FIRST_BYTES)

    def sha256(self) -> str:
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def store_as(self, key: str, *, content_type: str) -> None:
        object_store().put_file(key, path=self.path, content_type=content_type)

    def discard(self) -> None:
        self.path.unlink(missing_ok=True)
        self._guard_path.unlink(missing_ok=True)


def staged_ids() -> list[UUID]:
    """Return the ids of all uploads of which something is kept here."""
    names = {path.name.removesuffix(GUARD_SUFFIX) for path in Path(settings.UPLOAD_DIR).iterdir()}
    return [UUID(name) for name in names if _ID.fullmatch(name)]


def _lock(descriptor: int, wait_s: float) -> None:
    until = time.monotonic() + wait_s
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise UploadLocked("Another request is busy with this upload; ask again in a moment.") from None
            time.sleep(_GUARD_RETRY_S)


def _write_all(descriptor: int, block: bytes | memoryview) -> None:
    rest = memoryview(block)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
