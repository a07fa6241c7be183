"""
What happened since a cursor. Nothing is lost and nothing comes twice, however writers overlap.

Ids commit out of order, so "greater than the last id" loses rows. Only rows of transactions below the snapshot's `xmin`
are told: each of those transactions is over, and no row can appear there any more. What committed above it is held back
until the writers before it are over, too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from backend.live.cursor import Cursor, parse_cursor

KEPT_FOR = timedelta(days=1)
ROWS_AT_ONCE = 500  # of one thread; what is more comes with the next reading

# One statement: its snapshot is the same for the horizon and for every thread.
_SINCE = """
    SELECT horizon.xid::text, told.thread_id, told.xid::text, told.id, told.kind, told.data::text,
        told.xid < horizon.xid
    FROM (SELECT pg_snapshot_xmin(pg_current_snapshot()) AS xid) AS horizon
    LEFT JOIN (
        SELECT watched.thread_id, event.*
        FROM unnest(%(threads)s::uuid[], %(xids)s::text[], %(ids)s::bigint[]) AS watched(thread_id, xid, id)
        CROSS JOIN LATERAL (
            SELECT live.xid, live.id, live.kind, live.data FROM live_liveevent live
            WHERE live.thread_id = watched.thread_id AND (live.xid, live.id) > (watched.xid::xid8, watched.id)
            ORDER BY live.xid, live.id LIMIT %(limit)s
        ) AS event
    ) AS told ON true
    ORDER BY told.xid, told.id
"""

_BEGINNING = """
    SELECT pg_snapshot_xmin(pg_current_snapshot())::text, pg_snapshot_xmax(pg_current_snapshot())::text,
        EXISTS (SELECT FROM live_liveevent WHERE created_at < %(kept_since)s AND (xid, id) > (%(xid)s::xid8, %(id)s))
"""


@dataclass(frozen=True)
class Told:
    """One event; a reader is at `cursor` when it has it. `data`: a JSON object, without line breaks."""

    thread_id: UUID
    cursor: Cursor
    kind: str
    data: str


@dataclass(frozen=True)
class News:
    """
    What happened on threads, in order.

    `reached`: where each thread's reader is with that. `held_back`: threads on which more has happened, which can only
    be told when other transactions are over. `cut`: threads of which there is more to be read at once.
    """

    told: list[Told] = field(default_factory=list)
    reached: dict[UUID, Cursor] = field(default_factory=dict)
    held_back: set[UUID] = field(default_factory=set)
    cut: set[UUID] = field(default_factory=set)


@dataclass(frozen=True)
class Beginning:
    """Where a reader begins. `is_lost`: what it missed cannot be told any more; it must read the thread again."""

    cursor: Cursor
    is_lost: bool


def read_since(cursors: Mapping[UUID, Cursor]) -> News:
    """Return what happened on each of these threads behind its cursor. One statement, however many there are."""
    facts: dict[str, Any] = {
        "threads": list(cursors),
        "xids": [str(cursor.xid) for cursor in cursors.values()],
        "ids": [cursor.id for cursor in cursors.values()],
        "limit": ROWS_AT_ONCE,
    }
    with connection.cursor() as database:
        database.execute(_SINCE, facts)
        rows = database.fetchall()
    horizon = Cursor(int(rows[0][0]))
    news = News(reached=dict.fromkeys(cursors, horizon))
    counts: Counter[UUID] = Counter()
    for _, thread_id, xid, event_id, kind, data, is_settled in rows:
        if is_settled:
            counts[thread_id] += 1
            news.told.append(Told(thread_id, Cursor(int(xid), event_id), kind, data))
        elif thread_id is not None:
            news.held_back.add(thread_id)
    _note_cut(news, {thread_id for thread_id, count in counts.items() if count == ROWS_AT_ONCE})
    return news


def _note_cut(news: News, cut: set[UUID]) -> None:
    news.cut.update(cut)
    news.reached.update((told.thread_id, told.cursor) for told in news.told if told.thread_id in cut)  # the last wins


def cursor_here() -> Cursor:
    """Return the cursor of now: what is read from here on shows all that is before it; the stream tells the rest."""
    with connection.cursor() as database:
        database.execute("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")
        return Cursor(int(database.fetchone()[0]))


def begin(*, last_event_id: str | None, now: datetime) -> Beginning:
    """
    Return where a reader goes on that has seen `last_event_id`; None: it has just come, and begins with what is next.

    What nobody can have given it (nonsense, or ahead of the database) and what is older than a day is lost.
    """
    seen = parse_cursor(last_event_id) if last_event_id is not None else None
    asked = seen or Cursor(0)
    with connection.cursor() as database:
        database.execute(_BEGINNING, {"xid": str(asked.xid), "id": asked.id, "kept_since": now - KEPT_FOR})
        xmin, xmax, is_too_old = database.fetchone()
    if last_event_id is None:
        return Beginning(Cursor(int(xmin)), is_lost=False)
    if seen is None or seen.xid > int(xmax) or is_too_old:
        return Beginning(Cursor(int(xmin)), is_lost=True)
    return Beginning(seen, is_lost=False)
