from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress

import pytest

from backend.uploads.pipeline import MOST_WAITING_BYTES, Pipeline

_WAIT_S = 10


class _Disk:
    """What a pipeline writes to; it can be held up, and it can be full."""

    def __init__(self) -> None:
        self.writes: list[list[bytes]] = []
        self.is_free = threading.Event()
        self.is_free.set()
        self.has_begun = threading.Event()
        self.is_full = False

    def write(self, blocks: list[bytes]) -> None:
        self.writes.append(blocks)
        self.has_begun.set()
        assert self.is_free.wait(_WAIT_S)
        if self.is_full:
            raise OSError("full")


def _nothing() -> None:
    """Nobody waits."""


@pytest.fixture
def disk() -> _Disk:
    return _Disk()


def _pipeline(disk: _Disk, on_failure: Callable[[], None] = _nothing) -> Pipeline:
    return Pipeline(disk.write, on_failure=on_failure)


async def _put_until_it_waits(pipeline: Pipeline) -> int:
    """Return how many blocks of half the room were taken before the sender was kept waiting."""
    accepted = 0
    with suppress(TimeoutError):
        async with asyncio.timeout(0.3):
            while True:
                await pipeline.put(bytes(MOST_WAITING_BYTES // 2))
                accepted += 1
    return accepted


class TestPipeline:
    def test_writes_every_block_in_order(self, disk: _Disk) -> None:
        blocks = [b"%d" % number for number in range(500)]

        async def send() -> None:
            pipeline = _pipeline(disk)
            for block in blocks:
                await pipeline.put(block)
            await pipeline.drain()

        asyncio.run(send())

        assert [block for write in disk.writes for block in write] == blocks

    def test_writes_together_what_came_during_a_write(self, disk: _Disk) -> None:
        async def send() -> None:
            pipeline = _pipeline(disk)
            disk.is_free.clear()
            await pipeline.put(b"first")
            await asyncio.to_thread(disk.has_begun.wait, _WAIT_S)
            await pipeline.put(b"second")
            await pipeline.put(b"third")
            disk.is_free.set()
            await pipeline.drain()

        asyncio.run(send())

        assert disk.writes == [[b"first"], [b"second", b"third"]]

    def test_makes_the_sender_wait_when_the_disk_is_slower(self, disk: _Disk) -> None:
        async def send() -> int:
            pipeline = _pipeline(disk)
            disk.is_free.clear()
            accepted = await _put_until_it_waits(pipeline)
            disk.is_free.set()
            await pipeline.drain()
            return accepted

        accepted = asyncio.run(send())

        assert accepted <= 5  # those being written, and two halves that wait

    def test_wakes_whoever_waits_for_a_block_when_one_could_not_be_written(self, disk: _Disk) -> None:
        async def send() -> None:
            is_over = asyncio.Event()
            disk.is_full = True
            pipeline = _pipeline(disk, is_over.set)
            await pipeline.put(b"too much")
            async with asyncio.timeout(_WAIT_S):
                await is_over.wait()
            with pytest.raises(OSError, match="full"):
                await pipeline.put(b"more")
            with pytest.raises(OSError, match="full"):
                await pipeline.drain()

        asyncio.run(send())

        assert disk.writes == [[b"too much"]]
