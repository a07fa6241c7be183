"""How far those who watch threads are behind: for whoever looks after it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import connection

from backend.live.reading import KEPT_FOR

HELD_BACK_FOR: Final = timedelta(seconds=60)
_PURGED_WITHIN: Final = timedelta(hours=3)  # the beat does it every hour

# A transaction that only reads has no number, and holds nothing back.
_LAG = """
    SELECT (SELECT min(xact_start) FROM pg_stat_activity WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid()),
        (SELECT count(*) FROM live_liveevent WHERE created_at < %s)
"""


@dataclass(frozen=True)
class Lag:
    """
    `held_back_since`: when the oldest writing transaction on the database server began; what was told since then waits
    for it. None: none is older than a minute. `unpurged_count`: events that should be gone.
    """

    held_back_since: datetime | None
    unpurged_count: int


def measure_lag(*, now: datetime) -> Lag:
    """Return how far live threads are behind at `now`."""
    with connection.cursor() as database:
        database.execute(_LAG, [now - KEPT_FOR - _PURGED_WITHIN])
        oldest, old_count = database.fetchone()
    is_long = oldest is not None and now - oldest > HELD_BACK_FOR
    return Lag(oldest if is_long else None, max(0, old_count - 1))  # the newest of what is old stays: `purging`
