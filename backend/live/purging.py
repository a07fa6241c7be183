"""Events are kept for a day: whoever was away for longer reads the thread again."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from backend.live.reading import KEPT_FOR

# The newest of what is old stays: it tells who comes back from before it that something is missing (`reading.begin`).
_PURGE = """
    WITH old AS (SELECT id, xid FROM live_liveevent WHERE created_at < %(kept_since)s),
    newest AS (SELECT id FROM old ORDER BY xid DESC, id DESC LIMIT 1)
    DELETE FROM live_liveevent WHERE id IN (SELECT id FROM old) AND id NOT IN (SELECT id FROM newest)
"""


def purge_old_events(*, now: datetime) -> int:
    """Delete events that are older than a day, but for the newest of them. Return how many. Idempotent."""
    with connection.cursor() as database:
        database.execute(_PURGE, {"kept_since": now - KEPT_FOR})
        return int(database.rowcount)
