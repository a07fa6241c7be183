"""Closing a question with "this is it": what was known already answers it, nobody needs to be asked (ADR 0029)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext

from api_schema.events import PushRequested
from api_schema.push_payloads import PushKind
from backend.domain import tenancy
from backend.domain.accounts.languages import in_their_language
from backend.domain.actor import Actor
from backend.domain.asking.models import RoundStatus
from backend.domain.asking.operations import close_round
from backend.domain.errors import IllegalMove, NotAllowed, NotFound
from backend.domain.saying import said
from backend.domain.search.models import Document, SubjectKind
from backend.domain.state_words import state_in_words
from backend.domain.threads.models import Thread
from backend.domain.threads.moving import move_to
from backend.domain.threads.operations import chosen_moves, locked_thread, reopen
from backend.domain.threads.owning import lock_thread
from backend.domain.threads.starting import deflected_to
from backend.domain.threads.states import THREAD_MOVES, ThreadStatus
from backend.outbox.append import append


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
        detail = said("A thread that is %(state)s asks nobody.", state=state_in_words(thread.status))
        raise IllegalMove(detail, state=thread.status, allowed=chosen_moves(thread))
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


def reopen_deflected(*, organisation_id: UUID, thread_id: UUID, by: UUID, now: datetime) -> None:
    """
    Ask peers about a question that was closed with "this is it", for it was not. Any other is left as it is.

    Its asker finds in the inbox that peers are asked again, without a push: mostly it was they who said so.
    Transaction: joins the caller's; appends `push.requested`. Idempotent.
    """
    thread = lock_thread(organisation_id=organisation_id, thread_id=thread_id)
    if thread is None or thread.deflected_at is None:
        return
    reopen(thread, by=by, now=now)
    append(_asked_again(thread, now=now), now=now)


def reopen_deflected_to(*, actor: Actor, kind: SubjectKind, subject_id: UUID, asset_id: UUID, now: datetime) -> None:
    """
    Ask peers about what the actor asked of this machine and closed with this subject, which has failed now.

    Transaction: joins the caller's. Idempotent.
    """
    for thread_id in deflected_to(actor, kind, subject_id).filter(asset_id=asset_id).values_list("pk", flat=True):
        reopen_deflected(organisation_id=actor.organisation_id, thread_id=thread_id, by=actor.person_id, now=now)


def _asked_again(thread: Thread, *, now: datetime) -> PushRequested:
    with in_their_language(thread.asker.language):
        title = gettext("Asked again: %(title)s") % {"title": thread.title}
        body = gettext("What was known did not help. Peers are asked about it again.")
    return PushRequested(
        organisation_id=thread.organisation_id,
        recipient_id=thread.asker_id,
        kind=PushKind.OUTCOME,
        subject_id=thread.pk,
        dedupe_key=f"asked-again:{thread.pk}:{thread.version}",
        title=title,
        body=body,
        requested_at=now,
        data={"thread_id": str(thread.pk)},
        is_silent=True,
        version=thread.version,
    )
