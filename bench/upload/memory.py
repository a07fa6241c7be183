"""What a server holds in memory."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psutil

_EVERY_S = 0.2


class Watched:
    """The greatest resident memory of a process, in MB, while it was watched."""

    def __init__(self, pid: int) -> None:
        self._process = psutil.Process(pid)
        self.before_mb = self._resident_mb()
        self.most_mb = self.before_mb

    def look(self) -> None:
        self.most_mb = max(self.most_mb, self._resident_mb())

    def _resident_mb(self) -> float:
        return self._process.memory_info().rss / 1e6  # type: ignore[no-any-return]  # psutil ships no annotations


@contextmanager
def watched(pid: int) -> Iterator[Watched]:
    """Watch a process until the block ends."""
    memory, is_over = Watched(pid), threading.Event()

    def keep_looking() -> None:
        while not is_over.wait(_EVERY_S):
            memory.look()

    thread = threading.Thread(target=keep_looking)
    thread.start()
    try:
        yield memory
    finally:
        is_over.set()
        thread.join()
        memory.look()
