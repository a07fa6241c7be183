"""The one way a thread changes state: history, owner, due time and the search document move with it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from backend.domain import tenancy
from backend.domain.states import move
from backend.domain.threads.indexing import index_thread
from backend.domain.threads.models import Thread, ThreadMove
from backend.domain.threads.states import OPEN_STATUSES, THREAD_MOVES, ThreadStatus

# How long the next owner has before the thread is due again.
_TIME_TO_TRY = timedelta(hours=1)
_TIME_TO_FINISH_A_TRY = timedelta(hours=4)


def move_to(
    thread: Thread,
    to: ThreadStatus,
    *,
    by: UUID | None,
    now: datetime,
    due_at: datetime | None = None,
    **facts: Any,
) -> None:
    """
    Move `thread` to the state `to` in every place that tells of it.

    An open thread is owned by its asker, who must act next, and is due: at `due_at`, or after the state's own time.
    Transaction: joins the caller's.

    :raises IllegalMove: there is no such move.
    :raises LostRace: somebody else moved it first.
    """
    before = thread.status
    is_open = to in OPEN_STATUSES
    default_due = now + (_TIME_TO_FINISH_A_TRY if to is ThreadStatus.TRYING else _TIME_TO_TRY)
    move(
        thread,
        THREAD_MOVES,
        to=to,
        next_owner_id=thread.asker_id if is_open else None,
        next_due_at=(due_at or default_due) if is_open else None,
        version=thread.version + 1,
        **facts,
    )
    tenancy.create(
        ThreadMove,
        organisation_id=thread.organisation_id,
        thread=thread,
        person_id=by,
        from_status=before,
        to_status=to.value,
        moved_at=now,
    )
    index_thread(thread, now=now)
