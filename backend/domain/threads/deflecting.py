"""Closing a question with "this is it": what was known already answers it, nobody needs to be asked (ADR 0029)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.asking.models import RoundStatus
from backend.domain.asking.operations import close_round
from backend.domain.errors import IllegalMove, NotAllowed, NotFound
from backend.domain.search.models import Document, SubjectKind
from backend.domain.threads.models import Thread
from backend.domain.threads.moving import move_to
from backend.domain.threads.operations import chosen_moves, locked_thread
from backend.domain.threads.states import THREAD_MOVES, ThreadStatus


@transaction.atomic
def deflect(*, actor: Actor, thread_id: UUID, kind: SubjectKind, subject_id: UUID, now: datetime) -> Thread:
    """
    Close the actor's own question with a link to the solved thread or released how-to that answers it.

    Waves and unsent pushes stop. The thread is a duplicate, counted as a deflection while that stands: it is opened
    again by hand (a move to asked), or by a try of the linked advice that failed.
    Tenancy: both are looked up in the actor's organisation. A subject that search does not show looks missing, so no
    chain of duplicates can come about: a duplicate is not found.
    Transaction: opens its own; appends `push.cancelled`.
    Idempotent: the same subject again changes nothing.

    :raises NotFound: no such thread, or nothing solved of that kind and id that can be found.
    :raises NotAllowed: it is somebody else's question.
    :raises IllegalMove: the thread is over, or put aside.
    """
    thread = locked_thread(actor=actor, thread_id=thread_id)
    if actor.person_id != thread.asker_id:
        raise NotAllowed("Only the person who asked can say that this is it.")
    if (thread.deflected_to_kind, thread.deflected_to_id) == (kind, subject_id):
        return thread
    _check_known(actor, thread, kind, subject_id)
    if ThreadStatus.DUPLICATE not in THREAD_MOVES[ThreadStatus(thread.status)]:
        raise IllegalMove(
            f"A thread that is {thread.status} asks nobody.", state=thread.status, allowed=chosen_moves(thread)
        )
    close_round(organisation_id=thread.organisation_id, thread_id=thread.pk, to=RoundStatus.CLOSED, now=now)
    move_to(
        thread,
        ThreadStatus.DUPLICATE,
        by=actor.person_id,
        now=now,
        deflected_to_kind=kind.value,
        deflected_to_id=subject_id,
        deflected_at=now,
    )
    return thread


def _check_known(actor: Actor, thread: Thread, kind: SubjectKind, subject_id: UUID) -> None:
    known = tenancy.within(actor, Document).filter(subject_kind=kind, subject_id=subject_id, is_solved=True)
    if subject_id == thread.pk or not known.exists():
        raise NotFound("There is no solved fault or how-to with this id.")
