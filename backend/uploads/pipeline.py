"""Blocks on their way from the event loop to the disk: a thread writes while the loop receives what comes next."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

from backend.uploads.threads import begin_on_disk

MOST_WAITING_BYTES = 256 * 1024


class Pipeline:
    """
    The blocks of one request, written in order, one write at a time.

    A block begins to be written at once; when a write is running, with the next one. Belongs to one event loop.
    """

    def __init__(self, write: Callable[[list[bytes]], None], *, on_failure: Callable[[], None]) -> None:
        """`write` is called in a thread. When it raises, nothing more is written and the loop calls `on_failure`."""
        self._write = write
        self._on_failure = on_failure
        self._loop = asyncio.get_running_loop()
        self._turn = threading.Lock()  # over the next three
        self._waiting: list[bytes] = []
        self._waiting_bytes = 0
        self._is_writing = False
        self._failure: BaseException | None = None
        self._progress: asyncio.Event | None = None

    async def put(self, block: bytes) -> None:
        """
        Hand a block over; return when there is room for another.

        :raises BaseException: what ended the writing.
        """
        with self._turn:
            self._waiting.append(block)
            self._waiting_bytes += len(block)
            begins = not (self._is_writing or self._failure)
            self._is_writing |= begins
        if begins:
            begin_on_disk(self._write_waiting)
        if self._waiting_bytes > MOST_WAITING_BYTES:
            await self._until(lambda: self._waiting_bytes <= MOST_WAITING_BYTES)
        self.check()

    async def drain(self) -> None:
        """
        Return when everything is written.

        :raises BaseException: what ended the writing.
        """
        await self._until(lambda: not self._is_writing)
        self.check()

    def check(self) -> None:
        """Raise what ended the writing, if something did."""
        if self._failure:
            raise self._failure

    def _write_waiting(self) -> None:
        with self._turn:
            blocks, self._waiting, self._waiting_bytes = self._waiting, [], 0
        self._tell_progress()
        try:
            self._write(blocks)
        except BaseException as failure:  # noqa: BLE001 - `check` raises it, in the task that receives
            self._fail(failure)
        self._go_on()
        self._tell_progress()

    def _fail(self, failure: BaseException) -> None:
        self._failure = failure
        self._loop.call_soon_threadsafe(self._on_failure)

    def _go_on(self) -> None:
        with self._turn:
            self._is_writing = bool(self._waiting) and not self._failure
            goes_on = self._is_writing
        if goes_on:  # at the end of the queue: a fast upload must not keep a thread from the slow ones
            begin_on_disk(self._write_waiting)

    async def _until(self, is_so: Callable[[], bool]) -> None:
        self._progress = progress = asyncio.Event()
        while not (is_so() or (self._failure and not self._is_writing)):
            await progress.wait()
            progress.clear()
        self._progress = None

    def _tell_progress(self) -> None:
        if progress := self._progress:
            self._loop.call_soon_threadsafe(progress.set)
