"""Trying what a peer suggested, and saying how it went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from api_schema.events import ThreadFixed
from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.asking.models import RoundStatus
from backend.domain.asking.operations import close_round
from backend.domain.clips.models import Clip
from backend.domain.clips.operations import expect_clip
from backend.domain.creation import Created, create_once
from backend.domain.equipment.queries import vocabulary_of
from backend.domain.errors import IllegalMove, NotAllowed
from backend.domain.hazards.signing import check_acknowledged
from backend.domain.search.settling import indexed_once
from backend.domain.threads.correcting import check_not_recalled
from backend.domain.threads.deflecting import reopen_deflected
from backend.domain.threads.evidence import keep_evidence, tell_author_of_fix
from backend.domain.threads.hold_checks import plan_hold_checks
from backend.domain.threads.indexing import index_thread
from backend.domain.threads.models import Suggestion, Thread, Try
from backend.domain.threads.moving import move_to
from backend.domain.threads.operations import ask_peers, locked_thread
from backend.domain.threads.starting import check_nothing_runs, place_try
from backend.domain.threads.states import ThreadStatus, TryOutcome
from backend.domain.threads.watching import tell_of_try
from backend.outbox.append import append

_FAILURES = frozenset({TryOutcome.NO, TryOutcome.WORSE})

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
    *,
    actor: Actor,
    try_id: UUID,
    suggestion_id: UUID,
    clip_id: UUID | None = None,
    asset_id: UUID | None = None,
    from_thread_id: UUID | None = None,
    acknowledges_caution: bool = False,
    now: datetime,
) -> Created[Try]:
    """
    Start to apply a suggestion. One on the thread's own machine has the thread trying until its outcome is recorded;
    one on another machine, or of a fault that is over, is an entry in the ledger. See `place_try`.

    Tenancy: suggestion, machine and thread are looked up in the actor's organisation.
    Transaction: opens its own.
    Idempotent: the same id for the same suggestion is the same try.

    :raises NotFound: no such suggestion, machine or thread in the actor's organisation.
    :raises InvalidInput: `from_thread_id` is not a thread of the actor's that was closed with this one.
    :raises AdviceRecalled: it was corrected as unsafe.
    :raises CautionNotAcknowledged: it lies under a caution, and the actor did not say that they read it.
    :raises IllegalMove: the open thread is not answered (another try runs), or the actor has one running here.
    :raises IdTaken: the id already names something else.
    """
    thread = locked_thread(actor=actor, thread_id=tenancy.find(actor, Suggestion, suggestion_id).thread_id)
    suggestion = tenancy.within(actor, Suggestion).select_related("caution").get(pk=suggestion_id)  # as it stands now

    def insert() -> Try:
        check_not_recalled(suggestion)
        caution = check_acknowledged(suggestion.caution, acknowledges=acknowledges_caution)
        place = place_try(actor, thread, asset_id=asset_id, from_thread_id=from_thread_id)
        if place.moves_thread:
            move_to(thread, ThreadStatus.TRYING, by=actor.person_id, now=now)
        check_nothing_runs(actor, thread, place)
        attempt = tenancy.create(
            Try,
            id=try_id,
            organisation_id=actor.organisation_id,
            suggestion=suggestion,
            thread=thread,
            person_id=actor.person_id,
            clip=_clip_of_try(actor, clip_id, thread, now=now),
            asset=place.asset,
            moves_thread=place.moves_thread,
            from_thread=place.from_thread,
            acknowledged_caution=caution,
            started_at=now,
        )
        tell_of_try(attempt, now=now)
        return attempt

    same = {"organisation_id": actor.organisation_id, "person_id": actor.person_id, "suggestion_id": suggestion.pk}
    return create_once(Try, try_id, same=same, insert=insert)


def _clip_of_try(actor: Actor, clip_id: UUID | None, thread: Thread, *, now: datetime) -> Clip | None:
    if clip_id is None:
        return None
    vocabulary = vocabulary_of(thread.asset)
    return expect_clip(actor=actor, clip_id=clip_id, thread_id=thread.pk, vocabulary=vocabulary, now=now)


@indexed_once()
def record_outcome(*, actor: Actor, try_id: UUID, outcome: Outcome, now: datetime) -> Try:
    """
    End a try with its outcome.

    `fixed` closes the thread with problem, cause and remedy, keeps the evidence for later asking, asks for a
    how-to draft and tells the suggestion's author. Anything else goes back to answered, or, when every
    suggestion was tried, asks peers again. A thread that left the try meanwhile stays where it is, but one that is not
    over and turns out fixed is closed all the same.
    An entry in the ledger moves nothing: `fixed` is kept as evidence and told to the author. If it came from a thread
    that was closed with "this is it", a failure opens that one again.
    Transaction: opens its own; appends `thread.fixed` and `push.requested`.

    :raises NotFound: no such try in the actor's organisation.
    :raises NotAllowed: it is somebody else's try.
    :raises IllegalMove: the try has ended already.
    """
    attempt, thread = own_try(actor=actor, try_id=try_id)
    if attempt.outcome:
        raise IllegalMove("This try has ended already.", state=attempt.outcome, allowed=[])
    end_try(attempt, outcome, now=now)
    act_on_outcome(thread, attempt, outcome, now=now)
    return attempt


def own_try(*, actor: Actor, try_id: UUID) -> tuple[Try, Thread]:
    """
    Return the actor's try with its thread, which is locked until the caller's transaction ends.

    :raises NotFound: no such try in the actor's organisation.
    :raises NotAllowed: it is somebody else's try.
    """
    tries = tenancy.within(actor, Try).select_related("suggestion__author", "asset__asset_model", "person")
    attempt = tenancy.find_in(tries, try_id)
    thread = locked_thread(actor=actor, thread_id=attempt.thread_id)
    if attempt.person_id != actor.person_id:
        raise NotAllowed("Only the person who tries may say how it went.")
    attempt.refresh_from_db(fields=["outcome", "note", "minutes", "parts", "ended_at"])
    return attempt, thread


def act_on_outcome(thread: Thread, attempt: Try, outcome: Outcome, *, now: datetime) -> None:
    """Let the thread go on as the outcome has it. Joins the caller's transaction, which holds the thread."""
    has_fixed = outcome.outcome is TryOutcome.FIXED
    if outcome.outcome in _FAILURES and attempt.from_thread_id is not None:
        reopen_deflected(
            organisation_id=thread.organisation_id, thread_id=attempt.from_thread_id, by=attempt.person_id, now=now
        )
    if has_fixed and not attempt.moves_thread:
        keep_evidence(thread, attempt, now=now)
        tell_author_of_fix(thread, attempt, now=now)
    elif has_fixed:
        _note_fix(thread, attempt, outcome, now=now)
    elif attempt.moves_thread and thread.status == ThreadStatus.TRYING:
        go_on_looking(thread, by=attempt.person_id, now=now)
    if not attempt.moves_thread:
        index_thread(thread, now=now)  # what was written of the try, and the parts


def end_try(attempt: Try, outcome: Outcome, *, now: datetime) -> None:
    """Write how the try went, and tell whoever watches. Joins the caller's transaction."""
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
        keep_evidence(thread, attempt, now=now)  # the thread is over, and what was learnt is true


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
    keep_evidence(thread, attempt, now=now)
    plan_hold_checks(thread, fixed_at=now)
    append(ThreadFixed(organisation_id=thread.organisation_id, thread_id=thread.pk), now=now)
    tell_author_of_fix(thread, attempt, now=now)


def go_on_looking(thread: Thread, *, by: UUID, now: datetime) -> None:
    """
    Go back to the suggestions that are left to try, or, without any, to asking peers.

    Transaction: joins the caller's, which holds the thread.
    """
    untried = tenancy.within_organisation(thread.organisation_id, Suggestion).filter(thread=thread, tries=None)
    if untried.exists():
        move_to(thread, ThreadStatus.ANSWERED, by=by, now=now, fixed_at=None)
    else:
        ask_peers(thread, by=by, now=now, fixed_at=None)
