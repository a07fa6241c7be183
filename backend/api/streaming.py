"""Answers that are made while they are sent."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from asgiref.sync import sync_to_async
from django.http import StreamingHttpResponse


class ThreadFedResponse(StreamingHttpResponse):
    """
    A stream whose blocks are made by ordinary code that may wait.

    Django would gather an ordinary iterator whole before it sends the first byte under ASGI. Here a thread makes each
    block when the one before has left: a slow reader costs one block, not a file. Such code may not use the database,
    whose connection stays with the request's own thread.
    """

    def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield the blocks to the server."""
        return self._fed(iter(self))

    async def _fed(self, blocks: Iterator[bytes]) -> AsyncIterator[bytes]:
        take = sync_to_async(_next, thread_sensitive=False)
        while (block := await take(blocks)) is not None:
            yield block


def _next(blocks: Iterator[bytes]) -> bytes | None:
    # StopIteration cannot leave a coroutine.
    return next(blocks, None)
