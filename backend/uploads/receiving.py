"""Bytes of one request to disk as they arrive: what came before a cut is kept, whatever length was promised."""

from __future__ import annotations

import asyncio
import time
from enum import Enum, auto

from django.utils import timezone
from starlette.types import Message, Receive

from backend.domain.clips.uploads import record_stored_bytes
from backend.uploads.refusals import LinkStalled, Superseded, UploadOverrun
from backend.uploads.staging import staged
from backend.uploads.standing import Standing
from backend.uploads.threads import in_database, on_disk

STALL_S = 60  # a phone that sends nothing for so long is gone; it will come back with a new request
NOTE_EVERY_S = 2.0  # how fresh the percentage is that others see


class Ending(Enum):
    """How a body ended."""

    COMPLETE = auto()
    CUT = auto()  # the link dropped; nobody is left to answer


class Writer:
    """
    The writer of one request: adds blocks to an upload while its lease holds.

    `offset` counts what is on disk, never what was promised.
    """

    def __init__(self, standing: Standing) -> None:
        self.upload = standing.upload
        self.offset = standing.offset
        self._lease = standing.lease
        self._staged = staged(standing.upload.id)
        self._noted_at = time.monotonic()

    def write(self, block: bytes) -> None:
        """
        Keep a block.

        :raises Superseded: a newer request has the upload; nothing of the block is kept.
        :raises UploadOverrun: the block reaches beyond the upload's length; what is within is kept.
        :raises OSError: the disk takes no more; what fitted is kept.
        """
        within = block[: self.upload.declared_bytes - self.offset]
        with self._staged.guarded():
            self._check_lease()
            try:
                self._staged.append(within)
            finally:
                self.offset = self._staged.size_bytes()
        if len(within) < len(block):
            raise UploadOverrun("More bytes came than were declared. Nothing beyond the declared length was kept.")

    def _check_lease(self) -> None:
        if self._staged.lease() != self._lease:
            raise _superseded()

    def settle(self) -> None:
        """
        Make what was kept durable and tell how much it is.

        :raises Superseded: a newer request has the upload; it will tell.
        """
        self._staged.flush()
        self.note()

    def note(self) -> None:
        """
        Tell how much is kept.

        :raises Superseded: as `settle`.
        """
        self._noted_at = time.monotonic()
        if not record_stored_bytes(upload=self.upload, lease=self._lease, stored_bytes=self.offset, now=timezone.now()):
            raise _superseded()

    @property
    def is_note_due(self) -> bool:
        return time.monotonic() - self._noted_at >= NOTE_EVERY_S


def _superseded() -> Superseded:
    return Superseded("A newer request has taken this upload over.")


async def keep_body(receive: Receive, writer: Writer) -> Ending:
    """
    Write the body of a request until it ends, one way or the other, and settle what was kept.

    :raises LinkStalled: nothing came for `STALL_S`.
    :raises Superseded: UploadOverrun, OSError: as `Writer.write`.
    """
    try:
        return await _keep_blocks(receive, writer)
    finally:
        await in_database(writer.settle)


async def _keep_blocks(receive: Receive, writer: Writer) -> Ending:
    while True:
        message = await _next(receive)
        if message["type"] == "http.disconnect":
            return Ending.CUT
        if message.get("body"):
            await on_disk(writer.write, message["body"])
        if not message.get("more_body"):
            return Ending.COMPLETE
        if writer.is_note_due:
            await in_database(writer.note)


async def _next(receive: Receive) -> Message:
    try:
        async with asyncio.timeout(STALL_S):
            return await receive()
    except TimeoutError:
        raise LinkStalled(f"Nothing came for {STALL_S} s. What arrived is kept; go on from there.") from None
