"""What all readers of one web process share: one ear at the database, one reading for all of them, one heartbeat."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from uuid import UUID
from weakref import WeakKeyDictionary

from django.db import Error
from django.utils import timezone

from backend.domain.accounts.queries import live_session_ids
from backend.live import writing
from backend.live.database import in_database
from backend.live.listening import heard
from backend.live.reader import Reader
from backend.live.reading import News, read_since

HEARTBEAT_EVERY_S = 15.0
_LOOK_AGAIN_S = 0.02  # after what a writer still holds back; longer with each time in vain
_LOOK_AGAIN_AT_MOST_S = 1.0

logger = logging.getLogger(__name__)


class Hub:
    """The readers of one event loop. It works while there are any."""

    def __init__(self) -> None:
        self._readers: defaultdict[UUID, set[Reader]] = defaultdict(set)
        self._woken: set[UUID] = set()
        self._news = asyncio.Event()
        self._look_again_s = _LOOK_AGAIN_S
        self._work: asyncio.Task[None] | None = None

    @contextmanager
    def told(self, reader: Reader) -> Iterator[None]:
        """Tell `reader` what happens on its thread behind its cursor, until the caller is done with it."""
        self._readers[reader.thread_id].add(reader)
        self._wake({reader.thread_id})
        if self._work is None:
            self._work = asyncio.create_task(self._run())
        try:
            yield
        finally:
            self._leave(reader)

    def _leave(self, reader: Reader) -> None:
        here = self._readers[reader.thread_id]
        here.discard(reader)
        if not here:
            del self._readers[reader.thread_id]
        if not self._readers and self._work is not None:
            self._work.cancel()
            self._work = None

    async def _run(self) -> None:
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._listen())
                tasks.create_task(self._tell())
                tasks.create_task(self._beat())
        except Exception:
            # Whoever watches comes back, and to work that begins anew.
            self._work = None
            for reader in self._all():
                reader.end()
            raise

    def _all(self) -> list[Reader]:
        return [reader for readers in self._readers.values() for reader in readers]

    def _wake(self, threads: Collection[UUID]) -> None:
        self._woken.update(threads)
        self._news.set()

    async def _listen(self) -> None:
        async for thread_id in heard():
            if thread_id is None:
                self._wake(list(self._readers))
            elif thread_id in self._readers:
                self._wake({thread_id})

    async def _tell(self) -> None:
        while True:
            await self._news.wait()
            self._news.clear()
            woken, self._woken = self._woken, set()
            try:
                await self._tell_news_of(woken & self._readers.keys())
            except Error as error:
                logger.warning("what happened could not be read, trying again: %s", error)
                await asyncio.sleep(_LOOK_AGAIN_AT_MOST_S)
                self._wake(woken)

    async def _tell_news_of(self, threads: Collection[UUID]) -> None:
        # Who comes while the database is asked has woken its thread again.
        asking = {thread_id: list(self._readers[thread_id]) for thread_id in threads}
        if asking:
            since = {thread_id: min(one.cursor for one in readers) for thread_id, readers in asking.items()}
            news = await in_database(read_since, since)
            _pass_on(news, asking)
            self._wake(news.cut)
            self._look_again_at(news.held_back)

    def _look_again_at(self, threads: set[UUID]) -> None:
        if not threads:
            self._look_again_s = _LOOK_AGAIN_S
            return
        asyncio.get_running_loop().call_later(self._look_again_s, self._wake, threads)
        self._look_again_s = min(_LOOK_AGAIN_AT_MOST_S, 2 * self._look_again_s)

    async def _beat(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_EVERY_S)
            await self._end_signed_out()
            for reader in self._all():
                reader.tell(writing.heartbeat(reader.cursor))
            self._wake(list(self._readers))  # should a notification ever be lost, it is a matter of seconds

    async def _end_signed_out(self) -> None:
        asked = self._all()
        try:
            live = await in_database(
                live_session_ids, session_ids={reader.session_id for reader in asked}, now=timezone.now()
            )
        except Error as error:
            logger.warning("whether readers are still signed in could not be asked: %s", error)
            return
        for reader in asked:
            if reader.session_id not in live:
                reader.end()


def _pass_on(news: News, asking: dict[UUID, list[Reader]]) -> None:
    """Give each reader what is behind its own cursor, and move that on."""
    for told in news.told:
        block = writing.event(told)
        for reader in asking[told.thread_id]:
            if told.cursor > reader.cursor:
                reader.tell(block)
    for thread_id, readers in asking.items():
        for reader in readers:
            reader.cursor = max(reader.cursor, news.reached[thread_id])


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub_of_this_loop() -> Hub:
    """Return the hub of the running event loop."""
    return _hubs.setdefault(asyncio.get_running_loop(), Hub())
