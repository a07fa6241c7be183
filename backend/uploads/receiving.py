"""Bytes of one request to disk as they arrive: what came before a cut is kept, whatever length was promised."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from enum import Enum, auto

from starlette.types import Receive

from backend.uploads.noting import noted
from backend.uploads.pipeline import Pipeline
from backend.uploads.refusals import LinkStalled
from backend.uploads.threads import begin_reading_back, in_database
from backend.uploads.writing import Writer

STALL_S = 60  # a phone that sends nothing for so long is gone; it will come back with a new request
_RENEW_EVERY_S = 1  # and not for each block: even a clock has its price, with hundreds of phones at once


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
    begin_reading_back(writer.catch_up_hash)
    try:
        async with noted(writer):
            ending = await _keep_blocks(receive, writer)
        if ending is Ending.COMPLETE:
            await in_database(writer.confirm)
        return ending
    finally:
        await in_database(writer.settle)


async def _keep_blocks(receive: Receive, writer: Writer) -> Ending:
    patience = asyncio.timeout(STALL_S)
    pipeline = Pipeline(writer.write, on_failure=lambda: _end(patience))
    try:
        async with patience:
            return await _take_blocks(receive, pipeline, patience)
    except TimeoutError:
        pipeline.check()
        raise LinkStalled(f"Nothing came for {STALL_S} s. What arrived is kept; go on from there.") from None
    finally:
        await pipeline.drain()


async def _take_blocks(receive: Receive, pipeline: Pipeline, patience: asyncio.Timeout) -> Ending:
    loop = asyncio.get_running_loop()
    renewed_at = loop.time()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return Ending.CUT
        if block := message.get("body"):
            await pipeline.put(block)
        if not message.get("more_body"):
            return Ending.COMPLETE
        if loop.time() - renewed_at > _RENEW_EVERY_S:
            renewed_at = loop.time()
            patience.reschedule(renewed_at + STALL_S)


def _end(patience: asyncio.Timeout) -> None:
    """Wake the request that waits for a block which could not be written."""
    with suppress(RuntimeError):  # it waits no more
        patience.reschedule(0)
