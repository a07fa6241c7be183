"""Somebody who watches a thread over a real socket, the way an app does."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
from django.db import connection, transaction
from django.utils import timezone

from api_schema.live_events import LiveKind
from backend.domain.threads.models import Thread
from backend.live.append import tell

# Whatever writes anywhere on the tests' database server holds events back, and other tests write at the same time.
PATIENCE_S = 60.0


@dataclass(frozen=True)
class Block:
    """One block of the stream; `kind` is empty for those that dispatch nothing."""

    kind: str
    cursor: str
    data: dict[str, Any]
    comment: str


def parse_block(text: str) -> Block:
    """Return one block of lines as a browser would understand it."""
    fields: dict[str, str] = {}
    for line in text.split("\n"):
        name, _, value = line.partition(":")
        fields[name] = value.removeprefix(" ")
    data = json.loads(fields["data"]) if "data" in fields else {}
    return Block(fields.get("event", ""), fields.get("id", ""), data, fields.get("", ""))


class Watcher:
    """The blocks that one stream has brought so far, collected by a thread of its own."""

    def __init__(self, answer: httpx.Response) -> None:
        self.headers = answer.headers
        self.blocks: list[Block] = []
        self.has_ended = False
        self._answer = answer
        self._thread = threading.Thread(target=self._collect, name="watcher")
        self._thread.start()

    def _collect(self) -> None:
        gathered = ""
        try:
            for text in self._answer.iter_text():
                gathered += text
                *whole, gathered = gathered.split("\n\n")
                self.blocks += [parse_block(block) for block in whole]
        except (httpx.HTTPError, httpx.StreamError):
            pass  # cut: what came is what counts
        self.has_ended = True

    @property
    def events(self) -> list[Block]:
        """What a page's listeners would get."""
        return [block for block in self.blocks if block.kind]

    @property
    def cursor(self) -> str:
        """Where it would go on."""
        return self.blocks[-1].cursor

    def wait_for_events(self, count: int) -> list[Block]:
        """Return the events once there are `count`."""
        wait_until(lambda: len(self.events) >= count, lambda: f"{len(self.events)} of {count} events came")
        return self.events

    def wait_for_end(self) -> None:
        """Return once the server has ended the stream."""
        wait_until(lambda: self.has_ended, lambda: "the stream did not end")

    def close(self) -> None:
        """Leave."""
        with suppress(OSError):  # the server may have been quicker
            # Closing alone would not wake the thread that reads.
            self._answer.extensions["network_stream"].get_extra_info("socket").shutdown(socket.SHUT_RDWR)
        self._thread.join()


def wait_until_told() -> None:
    """Return once nothing that has happened is held back: a page that is read then shows all of it, and knows that."""
    wait_until(_is_all_told, lambda: "somebody else's transaction holds events back")


def _is_all_told() -> bool:
    held_back = "SELECT FROM live_liveevent WHERE xid >= pg_snapshot_xmin(pg_current_snapshot())"
    with connection.cursor() as database:
        database.execute(f"SELECT NOT EXISTS ({held_back})")
        return bool(database.fetchone()[0])


def wait_until(is_so: Callable[[], object], why_not: Callable[[], str]) -> None:
    """Return once something is so."""
    until = time.monotonic() + PATIENCE_S
    while not is_so():
        assert time.monotonic() < until, why_not()
        time.sleep(0.01)


@contextmanager
def watching(
    address: str, thread_id: UUID, token: str | None, *, since: str | None = None, **query: str
) -> Iterator[Watcher]:
    """Watch a thread; `since` is the last cursor that was seen."""
    headers = {"X-Session-Token": token} if token else {}
    if since is not None:
        headers["Last-Event-ID"] = since
    url = f"{address}/api/v1/threads/{thread_id}/events"
    with httpx.stream("GET", url, headers=headers, params=query, timeout=PATIENCE_S) as answer:
        answer.raise_for_status()
        watcher = Watcher(answer)
        try:
            wait_until(lambda: watcher.blocks, lambda: "the stream did not begin")
            yield watcher
        finally:
            watcher.close()


def tell_of(thread: Thread, **data: object) -> None:
    """Tell of `thread` in a transaction of its own."""
    with transaction.atomic():
        tell(
            organisation_id=thread.organisation_id,
            thread_id=thread.pk,
            kind=LiveKind.SEEN,
            now=timezone.now(),
            **data,
        )
