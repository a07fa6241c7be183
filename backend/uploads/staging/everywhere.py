"""One upload held for one step among all machines of an installation: PostgreSQL keeps the turns."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection

from backend.uploads.refusals import UploadLocked

_RETRY_S = 0.05


@contextmanager
def held_everywhere(upload_id: UUID, *, wait_s: float) -> Iterator[None]:
    """
    Hold an upload on this thread's database connection, which must not be closed inside.

    A session's lock, not a transaction's: storing a film takes long, and no transaction stays open for it.
    It guards against doing work twice; what may be written is decided by the lease in the row.

    :raises UploadLocked: somebody holds it for longer than `wait_s`.
    """
    key = _lock_key(upload_id)
    _lock(key, wait_s)
    try:
        yield
    finally:
        with suppress(OperationalError, InterfaceError):  # the connection broke: PostgreSQL let go by itself
            _ask("SELECT pg_advisory_unlock(%s)", key)


def _lock(key: int, wait_s: float) -> None:
    until = time.monotonic() + wait_s
    while not _ask("SELECT pg_try_advisory_lock(%s)", key):
        if time.monotonic() >= until:
            raise UploadLocked("Another machine is busy with this upload; ask again in a moment.")
        time.sleep(_RETRY_S)


def _ask(sql: str, key: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(sql, [key])
        return bool(cursor.fetchone()[0])


def _lock_key(upload_id: UUID) -> int:
    """Return the id's random half as the signed 64-bit number that PostgreSQL takes."""
    return int.from_bytes(upload_id.bytes[8:], signed=True)
