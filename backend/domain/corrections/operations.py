"""Setting an answer straight, and taking that back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.corrections.advice import advice_of_suggestion
from backend.domain.corrections.correcting_howtos import follow_howto
from backend.domain.corrections.findings import Findings, checked
from backend.domain.corrections.models import Correction
from backend.domain.corrections.recalling import recall_corrected, take_back
from backend.domain.corrections.states import CORRECTION_MOVES, CorrectionStatus, Severity
from backend.domain.corrections.telling import tell_author, tell_owner
from backend.domain.creation import Created, create_once
from backend.domain.errors import InvalidInput
from backend.domain.hazards.covering import kinds_of
from backend.domain.hazards.signing import certified_for
from backend.domain.howtos.operations import draft_from_thread
from backend.domain.howtos.sources import howtos_made_from
from backend.domain.safety_permissions import Action, Tie, require
from backend.domain.saying import said
from backend.domain.states import move
from backend.domain.threads.correcting import mark_corrected
from backend.domain.threads.models import Suggestion, Thread
from backend.domain.threads.operations import locked_thread


@transaction.atomic
def correct_suggestion(
    *, actor: Actor, correction_id: UUID, suggestion_id: UUID, findings: Findings, now: datetime
) -> Created[Correction]:
    """
    Pin a correction on a suggestion: it stands last in its thread from now on, and an unsafe one cannot be tried.

    For those who may curate, and for whoever is certified for one of its hazards. Its author is told once, and so is
    who looks after a how-to that was made from it; of unsafe advice everyone who applied or saw it is, and has to
    acknowledge.
    Tenancy: the suggestion is looked up in the actor's organisation.
    Transaction: opens its own; appends `push.requested`. Idempotent: the same id is the same correction.

    :raises NotFound: no such suggestion in the actor's organisation.
    :raises NotAllowed: the actor is neither.
    :raises InvalidInput: it does not say what is wrong, why, or what is right.
    :raises IdTaken: the id already names something else.
    """
    thread = locked_thread(actor=actor, thread_id=tenancy.find(actor, Suggestion, suggestion_id).thread_id)
    suggestion = tenancy.within(actor, Suggestion).select_related("caution", "author").get(pk=suggestion_id)
    _check_may_correct(actor, suggestion, now=now)

    def insert() -> Correction:
        correction = tenancy.create(
            Correction,
            id=correction_id,
            organisation_id=actor.organisation_id,
            suggestion=suggestion,
            author_id=actor.person_id,
            corrected_at=now,
            **checked(findings),
        )
        _follow(thread, suggestion, now=now)
        _tell(thread, suggestion, correction, now=now)
        return correction

    same = {"organisation_id": actor.organisation_id, "author_id": actor.person_id, "suggestion_id": suggestion.pk}
    return create_once(Correction, correction_id, same=same, insert=insert)


@transaction.atomic
def withdraw_correction(*, actor: Actor, correction_id: UUID, reason: str, now: datetime) -> Correction:
    """
    Take a correction back, for who made it and those who may curate. It is kept, with the reason.

    Everyone who was told of its recall is told that it is withdrawn, and why; the recall ends when it was the last.
    Transaction: opens its own; appends `push.requested`.

    :raises NotFound: no such correction in the actor's organisation.
    :raises NotAllowed: the actor is neither.
    :raises InvalidInput: there is no reason.
    :raises IllegalMove: it is withdrawn already.
    """
    corrections = tenancy.within(actor, Correction).select_related("suggestion", "howto", "author__site")
    found = tenancy.find_in(corrections, correction_id)
    suggestion = found.suggestion
    # Whoever corrects or recalls the same advice waits.
    thread = locked_thread(actor=actor, thread_id=suggestion.thread_id) if suggestion else None
    found.refresh_from_db(fields=["status", "recall"])
    ties = {Tie.MADE} if found.author_id == actor.person_id else frozenset[Tie]()
    refusal = said("Only who made a correction, or a curator, may withdraw it.")
    require(actor, Action.WITHDRAW_CORRECTION, found.status, ties=ties, refusal=refusal)
    if not reason.strip():
        raise InvalidInput(reason="Say why it does not hold.")
    move(
        found,
        CORRECTION_MOVES,
        to=CorrectionStatus.WITHDRAWN,
        withdrawn_by_id=actor.person_id,
        withdrawn_at=now,
        withdrawal_reason=reason.strip(),
    )
    if thread is not None and suggestion is not None:
        _follow(thread, suggestion, now=now)
    else:
        follow_howto(found, now=now)
    take_back(found, now=now)
    return found


def _check_may_correct(actor: Actor, suggestion: Suggestion, *, now: datetime) -> None:
    caution = suggestion.caution
    kinds = kinds_of(caution) if caution else []
    ties = {Tie.CERTIFIED} if kinds and certified_for(actor, kinds, now=now) else frozenset[Tie]()
    state = "recalled" if suggestion.recalled_at else "corrected" if suggestion.corrected_at else "plain"
    refusal = said("Only a curator, or somebody certified for its hazard, may correct advice.")
    require(actor, Action.CORRECT_SUGGESTION, state, ties=ties, refusal=refusal)


def _follow(thread: Thread, suggestion: Suggestion, *, now: datetime) -> None:
    """Have the suggestion be as corrected as its standing corrections say."""
    standing = tenancy.within_organisation(thread.organisation_id, Correction).filter(
        suggestion=suggestion, status=CorrectionStatus.STANDING
    )
    times = list(standing.order_by("corrected_at").values_list("severity", "corrected_at"))
    unsafe = [corrected_at for severity, corrected_at in times if severity == Severity.UNSAFE]
    mark_corrected(
        thread,
        suggestion,
        corrected_at=times[0][1] if times else None,
        recalled_at=unsafe[0] if unsafe else None,
        now=now,
    )
    # A draft that nobody has touched says from now on what is right, or is made again of what turned out to hold.
    draft_from_thread(organisation_id=thread.organisation_id, thread_id=thread.pk, now=now)


def _tell(thread: Thread, suggestion: Suggestion, correction: Correction, *, now: datetime) -> None:
    advice = advice_of_suggestion(thread, suggestion)
    tell_author(correction, advice, suggestion.author, now=now)
    for howto in howtos_made_from(suggestion):
        tell_owner(howto, correction, advice, now=now)
    if correction.severity == Severity.UNSAFE:
        recall_corrected(advice, correction, now=now)
