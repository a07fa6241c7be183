"""The one way a thread changes state: history, owner, due time and the search document move with it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from api_schema.events import PushCancelled
from api_schema.live_events import LiveKind
from api_schema.push_payloads import PushKind
from backend.domain import tenancy
from backend.domain.asking.standing import Standing
from backend.domain.states import move
from backend.domain.threads.indexing import index_thread, index_whole_thread
from backend.domain.threads.models import Thread, ThreadMove
from backend.domain.threads.owning import tell_owner
from backend.domain.threads.states import OPEN_STATUSES, THREAD_MOVES, ThreadStatus
from backend.live.append import tell
from backend.outbox.append import append

# How long the next owner has before the thread is due again.
_TIME_TO_TRY = timedelta(hours=1)
_TIME_TO_FINISH_A_TRY = timedelta(hours=4)


def move_to(
    thread: Thread,
    to: ThreadStatus,
    *,
    by: UUID | None,
    now: datetime,
    standing: Standing | None = None,
    **facts: Any,
) -> None:
    """
    Move `thread` to the state `to` in every place that tells of it.

    An open thread is owned as `standing` says, else by its asker, who must act within the state's own time.
    Transaction: joins the caller's; whoever watches the thread is told.

    :raises IllegalMove: there is no such move.
    :raises LostRace: somebody else moved it first.
    """
    before, was_reminded = thread.status, bool(thread.reminders_count)
    is_open = to in OPEN_STATUSES
    time_to_act = _TIME_TO_FINISH_A_TRY if to is ThreadStatus.TRYING else _TIME_TO_TRY
    standing = standing or Standing(thread.asker_id, now + time_to_act)
    move(
        thread,
        THREAD_MOVES,
        to=to,
        next_owner_id=standing.owner_id if is_open else None,
        next_due_at=standing.due_at if is_open else None,
        reminders_count=0,
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
    if was_reminded:
        append(withdrawn(thread, PushKind.DUE, now=now), now=now)
    # A duplicate is not found, nor are its captions.
    index = index_whole_thread if before == ThreadStatus.DUPLICATE else index_thread
    index(thread, now=now)
    _tell(thread, before, now=now)


def withdrawn(thread: Thread, kind: PushKind, *, now: datetime) -> PushCancelled:
    """Return what takes back the pushes of this kind about the thread: what they told is over."""
    return PushCancelled(organisation_id=thread.organisation_id, kind=kind, subject_id=thread.pk, cancelled_at=now)


def _tell(thread: Thread, before: str, *, now: datetime) -> None:
    tell(
        organisation_id=thread.organisation_id,
        thread_id=thread.pk,
        kind=LiveKind.MOVED,
        now=now,
        **{"from": before, "to": thread.status},
    )
    tell_owner(thread, now=now)
