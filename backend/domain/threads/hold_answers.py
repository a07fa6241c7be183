"""What the asker says when asked whether the fix held."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.errors import IllegalMove, NotAllowed
from backend.domain.saying import said
from backend.domain.state_words import state_in_words
from backend.domain.threads.hold_checks import HELD_AFTER_DAYS, is_about_this_fix
from backend.domain.threads.loop_closing import tell_whose_fix_held
from backend.domain.threads.models import HoldCheck, Thread
from backend.domain.threads.moving import move_to
from backend.domain.threads.operations import locked_thread, reopen
from backend.domain.threads.states import SOLVED_STATUSES, ThreadStatus


@transaction.atomic
def answer_hold_check(*, actor: Actor, thread_id: UUID, check_id: UUID, has_held: bool, now: datetime) -> HoldCheck:
    """
    Note whether the fix held. After 30 days it has: the thread is held. If it did not, peers are asked again.

    Only the asker or somebody who may curate. "Failed again" counts at any time, also after a "still running".
    Tenancy: the thread is looked up in the actor's organisation.
    Transaction: opens its own; what else was asked about the fix is withdrawn when it did not hold.
    Idempotent: the same answer to the same check changes nothing.

    :raises NotFound: no such thread or check.
    :raises NotAllowed: it is somebody else's thread.
    :raises IllegalMove: the thread was opened again since: the fix that this asks about is history. Or it should have
        held for 30 days that are not over.
    """
    thread = locked_thread(actor=actor, thread_id=thread_id)
    if actor.person_id != thread.asker_id and not actor.may_curate:
        raise NotAllowed("Only the person who asked may do this.")
    check = tenancy.find_in(tenancy.within(actor, HoldCheck).filter(thread=thread), check_id)
    if check.has_held is has_held:
        return check
    has_come = check.asked_at is not None or now >= check.due_at
    if has_held and check.days >= HELD_AFTER_DAYS and not has_come:
        raise IllegalMove("Whether it held can be said when the 30 days are over.", state=thread.status, allowed=[])
    if not is_about_this_fix(check, thread):
        detail = said("The thread was opened again and is %(state)s.", state=state_in_words(thread.status))
        raise IllegalMove(detail, state=thread.status, allowed=[])
    check.has_held, check.answered_at = has_held, now
    check.save(update_fields=["has_held", "answered_at"])
    if has_held:
        _note_held(thread, check, by=actor.person_id, now=now)
    else:
        reopen(thread, by=actor.person_id, now=now)
    return check


def _note_held(thread: Thread, check: HoldCheck, *, by: UUID, now: datetime) -> None:
    if check.days >= HELD_AFTER_DAYS and thread.status == ThreadStatus.FIXED:
        move_to(thread, ThreadStatus.HELD, by=by, now=now)
        tell_whose_fix_held(thread, now=now)


def open_hold_check(*, actor: Actor, thread: Thread, now: datetime) -> HoldCheck | None:
    """Return the latest question that is due about the thread's fix and that nobody has answered yet, or None."""
    if thread.status not in SOLVED_STATUSES or thread.fixed_at is None:
        return None
    due = tenancy.within(actor, HoldCheck).filter(thread=thread, fixed_at=thread.fixed_at, due_at__lte=now)
    return due.filter(has_held=None).order_by("-days").first()
