"""Setting advice straight, and taking that back."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from api_schema.events import PushRequested
from api_schema.push_payloads import PushKind
from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.corrections.models import Correction
from backend.domain.corrections.recalling import begin_recall, close_with_correction
from backend.domain.corrections.states import CORRECTION_MOVES, CorrectionStatus, Severity
from backend.domain.creation import Created, create_once
from backend.domain.errors import InvalidInput, NotAllowed
from backend.domain.hazards.signing import certified_for
from backend.domain.states import move
from backend.domain.threads.correcting import mark_corrected
from backend.domain.threads.models import Suggestion, Thread
from backend.domain.threads.operations import locked_thread
from backend.outbox.append import append


@dataclass(frozen=True)
class Findings:
    """What is wrong, why, and what is right."""

    severity: Severity
    what: str
    why: str
    procedure: str


@transaction.atomic
def correct_suggestion(
    *, actor: Actor, correction_id: UUID, suggestion_id: UUID, findings: Findings, now: datetime
) -> Created[Correction]:
    """
    Pin a correction on a suggestion: it stands last in its thread from now on, and an unsafe one cannot be tried.

    For those who may curate, and for whoever is certified for one of its hazards. Its author is told once;
    of unsafe advice everyone who tried it is, and has to acknowledge.
    Tenancy: the suggestion is looked up in the actor's organisation.
    Transaction: opens its own; appends `push.requested`. Idempotent: the same id is the same correction.

    :raises NotFound: no such suggestion in the actor's organisation.
    :raises NotAllowed: the actor is neither.
    :raises InvalidInput: it does not say what is wrong, why, or what is right.
    :raises IdTaken: the id already names something else.
    """
    thread = locked_thread(actor=actor, thread_id=tenancy.find(actor, Suggestion, suggestion_id).thread_id)
    suggestion = tenancy.within(actor, Suggestion).select_related("caution").get(pk=suggestion_id)
    _check_may_correct(actor, suggestion, now=now)

    def insert() -> Correction:
        correction = tenancy.create(
            Correction,
            id=correction_id,
            organisation_id=actor.organisation_id,
            suggestion=suggestion,
            author_id=actor.person_id,
            corrected_at=now,
            **_checked(findings),
        )
        _follow(thread, suggestion, now=now)
        _tell_author(thread, correction, now=now)
        if findings.severity is Severity.UNSAFE:
            begin_recall(thread, correction, now=now)
        return correction

    same = {"organisation_id": actor.organisation_id, "author_id": actor.person_id, "suggestion_id": suggestion.pk}
    return create_once(Correction, correction_id, same=same, insert=insert)


@transaction.atomic
def withdraw_correction(*, actor: Actor, correction_id: UUID, reason: str, now: datetime) -> Correction:
    """
    Take a correction back, for who made it and those who may curate. It is kept, with the reason.

    Transaction: opens its own.

    :raises NotFound: no such correction in the actor's organisation.
    :raises NotAllowed: the actor is neither.
    :raises InvalidInput: there is no reason.
    :raises IllegalMove: it is withdrawn already.
    """
    found = tenancy.find_in(tenancy.within(actor, Correction).select_related("suggestion"), correction_id)
    thread = locked_thread(actor=actor, thread_id=found.suggestion.thread_id)
    found.refresh_from_db(fields=["status"])
    if not actor.may_curate and found.author_id != actor.person_id:
        raise NotAllowed("Only who made a correction, or a curator, may withdraw it.")
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
    _follow(thread, found.suggestion, now=now)
    close_with_correction(found, now=now)
    return found


def _check_may_correct(actor: Actor, suggestion: Suggestion, *, now: datetime) -> None:
    caution = suggestion.caution
    kinds = sorted({word["kind"] for word in caution.words}) if caution else []
    if not actor.may_curate and not (kinds and certified_for(actor, kinds, now=now)):
        raise NotAllowed("Only a curator, or somebody certified for its hazard, may correct advice.")


def _checked(findings: Findings) -> dict[str, str]:
    said = {name: str(value).strip() for name, value in asdict(findings).items()}
    missing = {"what": "Say what is wrong.", "why": "Say why.", "procedure": "Say what is right."}
    empty = {name: sentence for name, sentence in missing.items() if not said[name]}
    if empty:
        raise InvalidInput(**empty)
    return said


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


def _tell_author(thread: Thread, correction: Correction, *, now: datetime) -> None:
    recipient_id = correction.suggestion.author_id
    if recipient_id == correction.author_id:
        return
    push = PushRequested(
        organisation_id=thread.organisation_id,
        recipient_id=recipient_id,
        kind=PushKind.SAFETY,
        subject_id=thread.pk,
        dedupe_key=f"corrected:{correction.pk}",
        title=f"Your answer has a correction: {thread.title}",
        body=f"Thank you for answering. {correction.author.name} added what is right, and why: {correction.why}",
        requested_at=now,
        data={"thread_id": str(thread.pk), "correction_id": str(correction.pk)},
        is_silent=True,
    )
    append(push, now=now)
