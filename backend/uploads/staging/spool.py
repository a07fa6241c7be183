"""The end of an upload on this machine's disk: the bytes behind its last part in the bucket."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from typing import BinaryIO


class Spool:
    """
    A file named after the place in the upload where it begins.

    A part recorded in the database and the spool that follows it change together by that name: after a crash in
    between, the file of the old name is simply not looked at any more.
    """

    def __init__(self, directory: Path, *, start: int) -> None:
        self._directory = directory
        self.start = start

    @property
    def path(self) -> Path:
        return self._directory / str(self.start)

    def size_bytes(self) -> int:
        try:
            return self.path.stat().st_size
        except FileNotFoundError:
            return 0

    def append(self, block: memoryview) -> None:
        """
        Keep `block`.

        :raises OSError: not all of it fits on the disk; what fitted is kept.
        """
        self._directory.mkdir(exist_ok=True)
        with self.path.open("ab", buffering=0) as file:
            rest = block
            while rest:
                rest = rest[os.write(file.fileno(), rest) :]

    def read(self, begin: int, count: int) -> bytes:
        """Return up to `count` bytes from `begin`, counted from the spool's own start."""
        if not self.path.exists():
            return b""
        with self.path.open("rb") as file:
            file.seek(begin)
            return file.read(count)

    def open(self) -> BinaryIO | None:
        """Return what is kept as a file that the caller closes; None when nothing is."""
        try:
            return self.path.open("rb")
        except FileNotFoundError:
            return None

    def truncate(self, size_bytes: int) -> None:
        os.truncate(self.path, size_bytes)

    def replace(self, content: bytes) -> None:
        """Hold exactly `content`, at once for every reader."""
        self._directory.mkdir(exist_ok=True)
        fresh = self.path.with_suffix(".fresh")
        fresh.write_bytes(content)
        fresh.replace(self.path)

    def flush(self) -> None:
        """Make it survive a power cut."""
        if self.path.exists():
            with self.path.open("rb") as file:
                os.fsync(file.fileno())

    def is_quiet(self, *, for_s: float) -> bool:
        """Return whether nothing was added during the last `for_s` seconds of this machine's clock."""
        return not self.path.exists() or time.time() - self.path.stat().st_mtime > for_s

    def followed_by(self, *, count: int) -> Spool:
        """Return the spool that begins `count` bytes later, holding what lies behind them."""
        rest = self.read(count, self.size_bytes() - count)
        following = Spool(self._directory, start=self.start + count)
        if rest:
            following.replace(rest)
        else:
            following.path.unlink(missing_ok=True)
        return following

    def beginning(self) -> Spool:
        """Return the spool of an upload of which the bucket has nothing."""
        return Spool(self._directory, start=0)

    def remove(self) -> None:
        """Forget this file. Idempotent."""
        self.path.unlink(missing_ok=True)

    def remove_all(self) -> None:
        """Forget everything that this machine spooled of the upload. Idempotent."""
        shutil.rmtree(self._directory, ignore_errors=True)
