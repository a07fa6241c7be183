"""Where blocking work of the uploads app runs: disk, database and object store, off the event loop."""

from __future__ import annotations

import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import close_old_connections

from backend.integrations.object_store import multipart_store

P = ParamSpec("P")
R = TypeVar("R")

# A disk takes a block in microseconds: more threads than that only wake each other, and whoever reads the API waits.
_THREADS_AT_DISK = 3
_THREADS_AT_BUCKET = 8  # each waits for the network while it sends a part

# Reading back what an earlier request kept may take seconds, which bytes that arrive must not wait for.
_READING_BACK = ThreadPoolExecutor(max_workers=2, thread_name_prefix="uploads-reading-back")
_IN_DATABASE = ThreadPoolExecutor(max_workers=12, thread_name_prefix="uploads-database")


@functools.cache
def _on_disk() -> ThreadPoolExecutor:
    """Return threads of their own, so that a slow database does not hold up bytes."""
    return ThreadPoolExecutor(_THREADS_AT_DISK if multipart_store() is None else _THREADS_AT_BUCKET, "uploads-disk")


async def in_database(unit: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Run one unit of work that uses the database, and give its connection back."""
    run = sync_to_async(_with_connection, thread_sensitive=False, executor=_IN_DATABASE)
    return await run(unit, *args, **kwargs)


def begin_on_disk(unit: Callable[P, None], /, *args: P.args, **kwargs: P.kwargs) -> None:
    """
    Have one short piece of file work run soon; it tells by itself how it went. May be called from any thread.

    Some stagings ask the database in it, too.
    """
    _on_disk().submit(_with_connection, unit, *args, **kwargs)


def begin_reading_back(unit: Callable[P, None], /, *args: P.args, **kwargs: P.kwargs) -> None:
    """Have what is kept of an upload read again, in its own time."""
    _READING_BACK.submit(_with_connection, unit, *args, **kwargs)


def _with_connection(unit: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    close_old_connections()
    try:
        return unit(*args, **kwargs)
    finally:
        close_old_connections()
