"""Putting a wrongly recorded outcome right: gloves are thick, and "fixed" stands beside "partly"."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.errors import IllegalMove
from backend.domain.saying import said
from backend.domain.state_words import state_in_words
from backend.domain.threads.evidence import withdraw_evidence
from backend.domain.threads.hold_checks import drop_hold_checks, was_any_answered
from backend.domain.threads.models import Thread, ThreadMove, Try, TryChange
from backend.domain.threads.states import SOLVED_STATUSES, ThreadStatus, TryOutcome
from backend.domain.threads.tries import Outcome, act_on_outcome, end_try, go_on_looking, own_try

MAY_BE_CHANGED_FOR = timedelta(minutes=15)


@transaction.atomic
def change_outcome(*, actor: Actor, try_id: UUID, outcome: Outcome, now: datetime) -> Try:
    """
    Put right how a try went, within 15 minutes of saying so. What was said before is kept.

    A fix that was none opens the thread again, and its evidence goes; a fix that was overlooked closes it. What
    happened since is never undone: then the change is refused.
    Transaction: opens its own; appends what ending a try appends, and `push.cancelled`.
    Idempotent: the same outcome, note, minutes and parts again change nothing.

    :raises NotFound: no such try in the actor's organisation.
    :raises NotAllowed: it is somebody else's try.
    :raises IllegalMove: the try still runs, the time is over, or the thread went on since.
    """
    attempt, thread = own_try(actor=actor, try_id=try_id)
    if _says(attempt, outcome):
        return attempt
    _check_changeable(attempt, now=now)
    before = TryOutcome(attempt.outcome)
    is_about_fix = TryOutcome.FIXED in {before, outcome.outcome} and before is not outcome.outcome
    if is_about_fix and attempt.moves_thread:
        _check_undoes_nothing(thread, attempt)
    _keep_history(attempt, now=now)
    ended_at = attempt.ended_at
    end_try(attempt, outcome, now=now)
    tenancy.same_row(attempt).update(ended_at=ended_at)  # the quarter of an hour does not begin anew
    attempt.ended_at = ended_at
    if is_about_fix and before is TryOutcome.FIXED:
        _take_fix_back(thread, attempt, outcome, now=now)
    elif is_about_fix or not attempt.moves_thread:
        act_on_outcome(thread, attempt, outcome, now=now)
    return attempt


def _says(attempt: Try, outcome: Outcome) -> bool:
    said = (attempt.outcome, attempt.note, attempt.minutes, attempt.parts)
    return said == (outcome.outcome.value, outcome.note, outcome.minutes, outcome.parts)


def _check_changeable(attempt: Try, *, now: datetime) -> None:
    if attempt.ended_at is None:
        raise IllegalMove("This try still runs; say how it went.", state="trying", allowed=[])
    if now >= attempt.ended_at + MAY_BE_CHANGED_FOR:
        raise IllegalMove(
            "An outcome can be put right for 15 minutes; start a new try.", state=attempt.outcome, allowed=[]
        )


def _check_undoes_nothing(thread: Thread, attempt: Try) -> None:
    moves = tenancy.within_organisation(thread.organisation_id, ThreadMove).filter(thread=thread)
    has_gone_on = moves.filter(moved_at__gt=attempt.ended_at).exists()
    is_fixed = attempt.outcome == TryOutcome.FIXED
    is_fixed_by_other = not is_fixed and thread.status in SOLVED_STATUSES
    if thread.status == ThreadStatus.TRYING or is_fixed_by_other or (is_fixed and has_gone_on):
        detail = said("The thread went on since, and is %(state)s.", state=state_in_words(thread.status))
        raise IllegalMove(detail, state=attempt.outcome, allowed=[])
    if is_fixed and thread.status in SOLVED_STATUSES and was_any_answered(thread):
        raise IllegalMove("Somebody said since that it still runs.", state=attempt.outcome, allowed=[])


def _keep_history(attempt: Try, *, now: datetime) -> None:
    tenancy.create(
        TryChange,
        organisation_id=attempt.organisation_id,
        attempt=attempt,
        outcome=attempt.outcome,
        note=attempt.note,
        minutes=attempt.minutes,
        parts=attempt.parts,
        changed_at=now,
    )


def _take_fix_back(thread: Thread, attempt: Try, outcome: Outcome, *, now: datetime) -> None:
    withdraw_evidence(thread, attempt, now=now)
    if not attempt.moves_thread:
        act_on_outcome(thread, attempt, outcome, now=now)
    elif thread.status == ThreadStatus.FIXED:
        drop_hold_checks(thread, now=now)
        go_on_looking(thread, by=attempt.person_id, now=now)
