"""
The bytes of uploads that are not whole yet: one file each in `UPLOAD_DIR`, named by our id, only ever grown.

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
from uuid import UUID

from django.conf import settings

from backend.uploads.refusals import UploadLocked

GUARD_SUFFIX = ".guard"
GUARD_WAIT_S = 1.0
_GUARD_RETRY_S = 0.01
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class Staged:
    """
    What is kept of one upload.

    `guarded` makes a step exclusive. `lease`, `set_lease` and `append` belong inside of it.
    """

    def __init__(self, upload_id: UUID) -> None:
        self.path = settings.UPLOAD_DIR / str(upload_id)
        self._guard_path = self.path.with_suffix(GUARD_SUFFIX)

    @contextmanager
    def guarded(self, *, wait_s: float = GUARD_WAIT_S) -> Iterator[None]:
        """
        Hold the upload for one step.

        :raises UploadLocked: somebody holds it for longer than `wait_s`, which only finishing does.
        """
        with self._guard_path.open("ab") as guard:
            _lock(guard.fileno(), wait_s)
            yield

    def lease(self) -> int:
        """Return the number of the newest writer; 0 before the first and after `discard`."""
        try:
            return int(self._guard_path.read_bytes() or b"0")
        except FileNotFoundError:  # discarded while its caller waited for the lock
            return 0

    def set_lease(self, lease: int) -> None:
        self._guard_path.write_bytes(b"%d" % lease)

    def is_quiet(self, *, for_s: float) -> bool:
        """Return whether nothing was added during the last `for_s` seconds of this machine's clock."""
        return self.path.exists() and time.time() - self.path.stat().st_mtime > for_s

    def size_bytes(self) -> int:
        """Return how many bytes are kept: the upload's offset."""
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0

    def append(self, block: bytes) -> None:
        """
        Keep `block` behind what is kept already.

        :raises OSError: not all of it fits on the disk; what fitted is kept.
        """
        with self.path.open("ab", buffering=0) as file:
            _write_all(file.fileno(), block)

    def flush(self) -> None:
        """Make what is kept survive a power cut."""
        if self.path.exists():
            with self.path.open("rb") as file:
                os.fsync(file.fileno())

    def sha256(self) -> str:
        """Return the SHA-256 of everything kept, as 64 hexadecimal digits."""
        with self.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def discard(self) -> None:
        """Forget the bytes and the guard. Idempotent."""
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


def _write_all(descriptor: int, block: bytes) -> None:
    rest = memoryview(block)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
