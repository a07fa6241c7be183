"""Trying what a peer suggested, and saying how it went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from api_schema.events import PushRequested, ThreadFixed
from api_schema.push_payloads import PushKind
from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.asking.models import FixKind, RoundStatus
from backend.domain.asking.operations import close_round, record_verified_fix
from backend.domain.clips.operations import expect_clip
from backend.domain.creation import Created, create_once
from backend.domain.equipment.queries import vocabulary_of
from backend.domain.errors import IllegalMove, NotAllowed
from backend.domain.threads.hold_checks import plan_hold_checks
from backend.domain.threads.models import Suggestion, Thread, Try
from backend.domain.threads.moving import move_to
from backend.domain.threads.operations import ask_peers, locked_thread
from backend.domain.threads.states import ThreadStatus, TryOutcome
from backend.domain.threads.watching import tell_of_try
from backend.outbox.append import append

# A thread that was parked during a try, and maybe asked about anew, takes the way back to it.
_BACK_TO_TRYING = {
    ThreadStatus.ASKED: (ThreadStatus.ANSWERED, ThreadStatus.TRYING),
    ThreadStatus.PARKED: (ThreadStatus.ANSWERED, ThreadStatus.TRYING),
    ThreadStatus.ANSWERED: (ThreadStatus.TRYING,),
}


@dataclass(frozen=True)
class Outcome:
    """How a try went. Problem, cause and remedy matter when it fixed the fault; the remedy has a default."""

    outcome: TryOutcome
    note: str = ""
    minutes: int | None = None
    parts: str = ""
    problem: str = ""
    cause: str = ""
    remedy: str = ""


@transaction.atomic
def start_try(
    *, actor: Actor, try_id: UUID, suggestion_id: UUID, clip_id: UUID | None = None, now: datetime
) -> Created[Try]:
    """
    Start to apply a suggestion; the thread is trying until the outcome is recorded.

    Tenancy: the suggestion is looked up in the actor's organisation.
    Transaction: opens its own.
    Idempotent: the same id for the same suggestion is the same try.

    :raises NotFound: no such suggestion in the actor's organisation.
    :raises IllegalMove: the thread is not answered (another try runs, or it is over).
    :raises IdTaken: the id already names something else.
    """
    suggestion = tenancy.find(actor, Suggestion, suggestion_id)
    thread = locked_thread(actor=actor, thread_id=suggestion.thread_id)

    def insert() -> Try:
        move_to(thread, ThreadStatus.TRYING, by=actor.person_id, now=now)
        clip = None
        if clip_id is not None:
            vocabulary = vocabulary_of(thread.asset)
            clip = expect_clip(actor=actor, clip_id=clip_id, thread_id=thread.pk, vocabulary=vocabulary, now=now)
        attempt = tenancy.create(
            Try,
            id=try_id,
            organisation_id=actor.organisation_id,
            suggestion=suggestion,
            thread=thread,
            person_id=actor.person_id,
            clip=clip,
            started_at=now,
        )
        tell_of_try(attempt, now=now)
        return attempt

    same = {"organisation_id": actor.organisation_id, "person_id": actor.person_id, "suggestion_id": suggestion.pk}
    return create_once(Try, try_id, same=same, insert=insert)


@transaction.atomic
def record_outcome(*, actor: Actor, try_id: UUID, outcome: Outcome, now: datetime) -> Try:
    """
    End a try with its outcome.

    `fixed` closes the thread with problem, cause and remedy, keeps the evidence for later asking, asks for a
    how-to draft and tells the suggestion's author. Anything else goes back to answered, or, when every
    suggestion was tried, asks peers again. A thread that left the try meanwhile stays where it is, but one that is not
    over and turns out fixed is closed all the same.
    Transaction: opens its own; appends `thread.fixed` and `push.requested`.

    :raises NotFound: no such try in the actor's organisation.
    :raises NotAllowed: it is somebody else's try.
    :raises IllegalMove: the try has ended already.
    """
    attempt = tenancy.find_in(tenancy.within(actor, Try).select_related("suggestion__author"), try_id)
    thread = locked_thread(actor=actor, thread_id=attempt.thread_id)
    if attempt.person_id != actor.person_id:
        raise NotAllowed("Only the person who tries may say how it went.")
    attempt.refresh_from_db(fields=["outcome"])
    if attempt.outcome:
        raise IllegalMove("This try has ended already.", state=attempt.outcome, allowed=[])
    _end(attempt, outcome, now=now)
    if outcome.outcome is TryOutcome.FIXED:
        _note_fix(thread, attempt, outcome, now=now)
    elif thread.status == ThreadStatus.TRYING:
        _go_on_looking(thread, attempt, now=now)
    return attempt


def _end(attempt: Try, outcome: Outcome, *, now: datetime) -> None:
    attempt.outcome = outcome.outcome.value
    attempt.note = outcome.note
    attempt.minutes = outcome.minutes
    attempt.parts = outcome.parts
    attempt.ended_at = now
    attempt.save(update_fields=["outcome", "note", "minutes", "parts", "ended_at"])
    tell_of_try(attempt, now=now)


def _note_fix(thread: Thread, attempt: Try, outcome: Outcome, *, now: datetime) -> None:
    if thread.status == ThreadStatus.ASKED:
        close_round(organisation_id=thread.organisation_id, thread_id=thread.pk, to=RoundStatus.CLOSED, now=now)
    for taken_up in _BACK_TO_TRYING.get(ThreadStatus(thread.status), ()):
        move_to(thread, taken_up, by=attempt.person_id, now=now)
    if thread.status == ThreadStatus.TRYING:
        _close_as_fixed(thread, attempt, outcome, now=now)
    else:
        _keep_evidence(thread, attempt, now=now)  # the thread is over, and what was learnt is true


def _close_as_fixed(thread: Thread, attempt: Try, outcome: Outcome, *, now: datetime) -> None:
    move_to(
        thread,
        ThreadStatus.FIXED,
        by=attempt.person_id,
        now=now,
        fixed_at=now,
        problem=outcome.problem or thread.title,
        cause=outcome.cause,
        remedy=outcome.remedy or attempt.suggestion.text or "As shown in the clip of the try.",
    )
    _keep_evidence(thread, attempt, now=now)
    plan_hold_checks(thread, fixed_at=now)
    append(ThreadFixed(organisation_id=thread.organisation_id, thread_id=thread.pk), now=now)
    if attempt.suggestion.author_id != attempt.person_id:
        append(_fixed_push(thread, attempt, now=now), now=now)


def _keep_evidence(thread: Thread, attempt: Try, *, now: datetime) -> None:
    # The author first: who tries their own suggestion has proven that, too.
    for person_id, kind in ((attempt.suggestion.author_id, FixKind.ADVICE), (attempt.person_id, FixKind.OWN_TRY)):
        record_verified_fix(
            person_id=person_id,
            asset=thread.asset,
            fault_code=thread.fault_code,
            try_id=attempt.pk,
            kind=kind,
            thread_id=thread.pk,
            now=now,
        )


def _fixed_push(thread: Thread, attempt: Try, *, now: datetime) -> PushRequested:
    return PushRequested(
        organisation_id=thread.organisation_id,
        recipient_id=attempt.suggestion.author_id,
        kind=PushKind.OUTCOME,
        subject_id=thread.pk,
        dedupe_key=f"outcome:{attempt.pk}",
        title=f"Your answer fixed it: {thread.title}",
        body=f"{thread.asker.name} tried what you suggested on {thread.asset.tag}. It runs.",
        requested_at=now,
        data={"thread_id": str(thread.pk)},
    )


def _go_on_looking(thread: Thread, attempt: Try, *, now: datetime) -> None:
    untried = tenancy.within_organisation(thread.organisation_id, Suggestion).filter(thread=thread, tries=None)
    if untried.exists():
        move_to(thread, ThreadStatus.ANSWERED, by=attempt.person_id, now=now)
    else:
        ask_peers(thread, by=attempt.person_id, now=now)
