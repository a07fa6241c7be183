"""Where the blocking work of the live streams runs: a few threads for all readers of a process, off the event loop."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import close_old_connections

P = ParamSpec("P")
R = TypeVar("R")

_THREADS = ThreadPoolExecutor(max_workers=3, thread_name_prefix="live-database")


async def in_database(unit: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Run one unit of work that uses the database, and give its connection back."""
    run = sync_to_async(_with_connection, thread_sensitive=False, executor=_THREADS)
    return await run(unit, *args, **kwargs)


def _with_connection(unit: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    close_old_connections()
    try:
        return unit(*args, **kwargs)
    finally:
        close_old_connections()
