"""Bytes of one request to disk as they arrive: what came before a cut is kept, whatever length was promised."""

from __future__ import annotations

import asyncio
from enum import Enum, auto

from starlette.types import Receive

from backend.uploads.pipeline import Pipeline
from backend.uploads.refusals import LinkStalled
from backend.uploads.threads import begin_on_disk, in_database
from backend.uploads.writing import Writer

STALL_S = 60  # a phone that sends nothing for so long is gone; it will come back with a new request


class Ending(Enum):
    """How a body ended."""

    COMPLETE = auto()
    CUT = auto()  # the link dropped; nobody is left to answer


async def keep_body(receive: Receive, writer: Writer) -> Ending:
    """
    Write the body of a request until it ends, one way or the other, and settle what was kept.

    :raises LinkStalled: nothing came for `STALL_S`.
    :raises Superseded: UploadOverrun, OSError: as `Writer.write`.
    :raises DomainError: as `Writer.confirm`.
    """
    begin_on_disk(writer.catch_up_hash)
    try:
        ending = await _keep_blocks(receive, writer)
        if ending is Ending.COMPLETE:
            await in_database(writer.confirm)
        return ending
    finally:
        await in_database(writer.settle)


async def _keep_blocks(receive: Receive, writer: Writer) -> Ending:
    patience = _Patience()
    pipeline = Pipeline(writer.write, on_failure=patience.end)
    try:
        async with patience.clock:
            return await _take_blocks(receive, writer, pipeline, patience)
    except TimeoutError:
        pipeline.check()
        raise LinkStalled(f"Nothing came for {STALL_S} s. What arrived is kept; go on from there.") from None
    finally:
        await pipeline.drain()


async def _take_blocks(receive: Receive, writer: Writer, pipeline: Pipeline, patience: _Patience) -> Ending:
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return Ending.CUT
        patience.renew()
        if block := message.get("body"):
            await pipeline.put(block)
        if not message.get("more_body"):
            return Ending.COMPLETE
        if writer.is_note_due:
            await in_database(writer.note)


class _Patience:
    """How long the next block is waited for: `STALL_S`, or no longer at all once `end` was called."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self.clock = asyncio.timeout(STALL_S)
        self._has_ended = False

    def renew(self) -> None:
        if not self._has_ended:
            self.clock.reschedule(self._loop.time() + STALL_S)

    def end(self) -> None:
        """Wake whoever waits for a block, if somebody still does."""
        self._has_ended = True
        ...
