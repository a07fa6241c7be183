"""A small file beside what is kept of an upload: locked for each step, and holding the newest lease number."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from backend.uploads.refusals import UploadLocked

_RETRY_S = 0.01
_MOST_DIGITS = 20


class Guard:
    """
    Lets the processes of one machine take turns with one upload.

    A writer with an old number can never write again, however long it was held up between two blocks.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextmanager
    def held(self, *, wait_s: float) -> Iterator[None]:
        """
        Hold the upload for one step.

        :raises UploadLocked: somebody holds it for longer than `wait_s`.
        """
        # Bare descriptors, here and below: this runs for each block, of hundreds of phones at once.
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            _lock(descriptor, wait_s)
            yield
        finally:
            os.close(descriptor)

    def lease(self) -> int:
        """Return the number of the newest writer on this machine; 0 before the first and after `remove`."""
        try:
            descriptor = os.open(self._path, os.O_RDONLY)
        except FileNotFoundError:  # removed while its caller waited for the lock
            return 0
        try:
            return int(os.read(descriptor, _MOST_DIGITS) or b"0")
        finally:
            os.close(descriptor)

    def set_lease(self, lease: int) -> None:
        self._path.write_bytes(b"%d" % lease)

    def remove(self) -> None:
        """Let whoever still writes find its lease gone. Idempotent."""
        self._path.unlink(missing_ok=True)


def _lock(descriptor: int, wait_s: float) -> None:
    until = time.monotonic() + wait_s
    while True:
        try:
            return fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise UploadLocked("Another request is busy with this upload; ask again in a moment.") from None
            time.sleep(_RETRY_S)
