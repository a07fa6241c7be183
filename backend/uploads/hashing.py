"""The SHA-256 of uploads while they arrive, so that a whole file need not be read again."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import BinaryIO
from uuid import UUID

_READ_BYTES = 1024 * 1024
_MOST_HASHES = 10_000  # under 1 KB each; an upload whose hash was dropped is read again from its beginning


class RunningHash:
    """
    The SHA-256 of the first `position` bytes that are kept of an upload. Threads may share it.

    It takes blocks as they are written. One that does not follow on what it has seen, because another process
    wrote before it, it leaves to `read_on`.
    """

    def __init__(self, *, rewinds: int = 0) -> None:
        self.rewinds = rewinds
        self.position = 0
        self._sha256 = hashlib.sha256()
        self._turn = threading.Lock()

    def add(self, block: bytes, *, begins_at: int) -> None:
        """Take a block that is kept from `begins_at` on and will not be taken back."""
        with self._turn:
            seen_bytes = self.position - begins_at  # `read_on` may have met its beginning
            if 0 <= seen_bytes < len(block):
                self._take(memoryview(block)[seen_bytes:])

    def read_on(self, file: BinaryIO, *, until: Callable[[], int]) -> None:
        """Take from the file what is still unseen before `until`, a place that may move on; or before its end."""
        while self._read_piece(file, until):
            continue

    def _read_piece(self, file: BinaryIO, until: Callable[[], int]) -> bool:
        with self._turn:  # for one piece: whoever writes meanwhile waits for a millisecond at most
            file.seek(self.position)
            piece = file.read(min(_READ_BYTES, max(0, until() - self.position)))
            self._take(piece)
        return bool(piece)

    def _take(self, block: bytes | memoryview) -> None:
        self._sha256.update(block)
        self.position += len(block)

    def hexdigest(self) -> str:
        """Return the SHA-256 of the first `position` bytes, as 64 hexadecimal digits."""
        return self._sha256.hexdigest()


_running: OrderedDict[UUID, RunningHash] = OrderedDict()
_turn = threading.Lock()


def running_hash(upload_id: UUID, *, rewinds: int) -> RunningHash:
    """
    Return this process's hash of an upload; a new one when it has none.

    `rewinds`: as `Staged.rewinds` tells. A hash from before a rewind may be of bytes that were lost and came anew.
    """
    with _turn:
        found = _running.get(upload_id)
        if found is None or found.rewinds != rewinds:
            found = _running[upload_id] = RunningHash(rewinds=rewinds)
        _running.move_to_end(upload_id)
        if len(_running) > _MOST_HASHES:
            _running.popitem(last=False)
        return found


def forget_hash(upload_id: UUID) -> None:
    """Drop the hash of an upload that is over. Idempotent."""
    with _turn:
        _running.pop(upload_id, None)
