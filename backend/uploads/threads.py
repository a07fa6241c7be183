"""Where blocking work of the uploads app runs: disk, database and object store, off the event loop."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import close_old_connections

P = ParamSpec("P")
R = TypeVar("R")

_IN_DATABASE = ThreadPoolExecutor(max_workers=12, thread_name_prefix="uploads-database")
# Of their own, so that a slow database does not hold up bytes.
_ON_DISK = ThreadPoolExecutor(max_workers=8, thread_name_prefix="uploads-disk")


async def in_database(unit: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Run one unit of work that uses the database, and give its connection back."""
    run = sync_to_async(_with_connection, thread_sensitive=False, executor=_IN_DATABASE)
    return await run(unit, *args, **kwargs)


def begin_on_disk(unit: Callable[P, None], /, *args: P.args, **kwargs: P.kwargs) -> None:
    """
    Have one short piece of file work run soon; it tells by itself how it went. May be called from any thread.

    Some stagings ask the database in it, too.
    """
    _ON_DISK.submit(_with_connection, unit, *args, **kwargs)


def _with_connection(unit: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    close_old_connections()
    try:
        return unit(*args, **kwargs)
    finally:
        close_old_connections()
