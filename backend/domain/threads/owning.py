"""Whose an open thread is, and until when. Everybody who watches it is told of a change."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from api_schema.live_events import LiveKind
from backend.domain import tenancy
from backend.domain.asking.models import AskRound, Wave
from backend.domain.asking.standing import Standing, standing_of
from backend.domain.threads.models import Thread
from backend.domain.threads.states import ThreadStatus
from backend.live.append import tell

_ALL_OF_IT = ("asset__asset_model", "asset__site", "asker")


def lock_thread(*, organisation_id: UUID, thread_id: UUID) -> Thread | None:
    """
    Return the thread, locked until the caller's transaction ends; None: there is none.

    The order of locks is thread, round, wave and ask, everywhere: an answer and a wave that fires wait for each other.
    """
    return _locking(organisation_id).filter(pk=thread_id).select_related(*_ALL_OF_IT).first()


def lock_thread_of_wave(*, organisation_id: UUID, wave_id: UUID) -> Thread | None:
    """As `lock_thread`, without the rows around it: for a wave that fires, which must be quick."""
    wave = tenancy.within_organisation(organisation_id, Wave).filter(pk=wave_id)
    return _locking(organisation_id).filter(pk__in=wave.values("round__thread_id")).first()


def _locking(organisation_id: UUID) -> QuerySet[Thread]:
    return tenancy.within_organisation(organisation_id, Thread).select_for_update(of=("self",))


def settle_owner(thread: Thread, round_: AskRound, *, now: datetime) -> None:
    """
    Give a thread that asks the owner and the due time that its round says; any other is left as it is.

    Transaction: joins the caller's, which holds the thread and its latest round. Idempotent.
    """
    if thread.status == ThreadStatus.ASKED:
        own(thread, standing_of(round_, now=now), now=now)


def own(thread: Thread, standing: Standing, *, now: datetime) -> None:
    """Give the thread this owner and due time. Joins the caller's transaction, which holds the thread."""
    if (thread.next_owner_id, thread.next_due_at) == (standing.owner_id, standing.due_at):
        return
    thread.next_owner_id, thread.next_due_at = standing.owner_id, standing.due_at
    tenancy.same_row(thread).update(next_owner_id=standing.owner_id, next_due_at=standing.due_at)
    tell_owner(thread, now=now)


def tell_owner(thread: Thread, *, now: datetime) -> None:
    """Tell whoever watches the thread whose it is. Joins the caller's transaction."""
    due_at = thread.next_due_at
    tell(
        organisation_id=thread.organisation_id,
        thread_id=thread.pk,
        kind=LiveKind.OWNED,
        now=now,
        next_owner_id=str(thread.next_owner_id) if thread.next_owner_id else None,
        next_due_at=due_at.isoformat() if due_at else None,
    )
