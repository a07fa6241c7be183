"""How far uploads are, told to the database for all writers of a process in one go: hundreds may write at once."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from weakref import WeakKeyDictionary

from django.db import DatabaseError
from django.utils import timezone

from backend.domain.clips.upload_noting import KeptBytes, record_kept_bytes
from backend.uploads.threads import in_database
from backend.uploads.writing import Writer

NOTE_EVERY_S = 2.0  # how fresh the percentage is that others see

_LOGGER = logging.getLogger(__name__)


class _Notes:
    """The writers of one event loop, and the task that tells of them while there are any."""

    def __init__(self) -> None:
        self.writers: set[Writer] = set()
        self._telling: asyncio.Task[None] | None = None
        self._noting = asyncio.Lock()

    def add(self, writer: Writer) -> None:
        self.writers.add(writer)
        if self._telling is None or self._telling.done():
            self._telling = asyncio.create_task(self._tell())

    async def _tell(self) -> None:
        while self.writers:
            await asyncio.sleep(NOTE_EVERY_S)
            async with self._noting:
                try:
                    await in_database(note, list(self.writers))
                except DatabaseError:  # the bytes are kept all the same, and the next note tells of these, too
                    _LOGGER.exception("how far uploads are could not be noted")

    async def remove(self, writer: Writer) -> None:
        """Tell of `writer` no more. A note of it that is on its way has arrived when this returns."""
        self.writers.discard(writer)
        async with self._noting:
            pass


def note(writers: list[Writer]) -> None:
    """Tell how much each of `writers` has kept, and stop those whose upload somebody else has by now."""
    kept = {KeptBytes(writer.upload, writer.lease, writer.offset): writer for writer in writers}
    noted = set(record_kept_bytes(list(kept), now=timezone.now()))
    for one, writer in kept.items():
        writer.is_superseded = one not in noted


_notes: WeakKeyDictionary[asyncio.AbstractEventLoop, _Notes] = WeakKeyDictionary()


@asynccontextmanager
async def noted(writer: Writer) -> AsyncIterator[None]:
    """
    Have it told how far `writer` is, every `NOTE_EVERY_S`.

    Afterwards the writer may tell by itself, and nothing older comes behind that: progress never goes backwards.
    """
    notes = _notes.setdefault(asyncio.get_running_loop(), _Notes())
    notes.add(writer)
    try:
        yield
    finally:
        await notes.remove(writer)
