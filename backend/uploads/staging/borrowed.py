"""The database connection for work that may run in a thread which has none of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def borrowed_connection() -> Iterator[None]:
    """Give the thread's connection back at the end, unless the caller had one open already."""
    was_open = connection.connection is not None
    try:
        yield
    finally:
        if not was_open:
            connection.close()
