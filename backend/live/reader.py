"""One open page or app that watches a thread."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from uuid import UUID

from backend.live.cursor import Cursor

MAX_UNSENT_BYTES = 256 * 1024  # a reader that is so far behind is not reading


class Reader:
    """
    What is to be sent to one reader, and where it is. Belongs to the event loop's thread.

    `drop` cuts its connection: called when it does not take what it is told.
    """

    def __init__(self, *, thread_id: UUID, session_id: str, cursor: Cursor, drop: Callable[[], None]) -> None:
        self.thread_id = thread_id
        self.session_id = session_id
        self.cursor = cursor
        self.has_ended = False
        self._drop = drop
        self._unsent: list[bytes] = []
        self._unsent_bytes = 0
        self._news = asyncio.Event()

    def tell(self, block: bytes) -> None:
        """Have `block` sent soon. Never waits; a reader with too much unsent is dropped, and comes back by itself."""
        if self.has_ended:
            return
        self._unsent.append(block)
        self._unsent_bytes += len(block)
        self._news.set()
        if self._unsent_bytes > MAX_UNSENT_BYTES:
            self._take_unsent()
            self.end()
            self._drop()

    def end(self) -> None:
        """Have the stream end when what was told is sent."""
        self.has_ended = True
        self._news.set()

    async def next_blocks(self) -> bytes:
        """Return what is to be sent now, waiting until there is something; empty when the stream ends."""
        while not self._unsent and not self.has_ended:
            self._news.clear()
            await self._news.wait()
        return self._take_unsent()

    def _take_unsent(self) -> bytes:
        blocks = b"".join(self._unsent)
        self._unsent.clear()
        self._unsent_bytes = 0
        return blocks
