"""A version goes to review and comes back; one that is out is taken out, or confirmed."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from api_schema.events import HowToRetiredForSafety
from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.errors import IllegalMove, InvalidInput
from backend.domain.howtos.approving import withdraw_approvals
from backend.domain.howtos.completeness import check_complete
from backend.domain.howtos.content import read_content
from backend.domain.howtos.indexing import index_released
from backend.domain.howtos.locking import Held, hold
from backend.domain.howtos.models import HowToVersion
from backend.domain.howtos.notices import ask_reviewers, tell_sent_back, tell_validated
from backend.domain.howtos.permissions import Action
from backend.domain.howtos.queries import WholeHowTo, get_version
from backend.domain.howtos.states import CONFIDENCE_MOVES, PUBLICATION_MOVES, Confidence, Publication
from backend.domain.states import move
from backend.outbox.append import append


@transaction.atomic
def submit(*, actor: Actor, howto_id: UUID, version_number: int, now: datetime) -> WholeHowTo:
    """
    Ask the other curators to review a draft, which can no longer be edited until it is sent back.

    Tenancy: the how-to is looked up in the actor's organisation.
    Transaction: opens its own; appends `push.requested`. Idempotent: what is in review stays so.

    :raises NotAllowed: the actor may not curate.
    :raises NotFound: no such how-to, or version of it, in the actor's organisation.
    :raises IllegalMove: the version was released before, or the how-to is archived.
    :raises HowToIncomplete: it lacks what the next technician needs: nobody has to read it for that.
    """
    held = hold(actor=actor, howto_id=howto_id, action=Action.SUBMIT, number=version_number)
    if held.version.publication == Publication.DRAFT:
        check_complete(read_content(held.version))
        facts = {"submitted_at": now, "submitted_by_id": actor.person_id, "is_untouched": False}
        move(held.version, PUBLICATION_MOVES, to=Publication.IN_REVIEW, field="publication", **facts)
        ask_reviewers(held.howto, held.version, submitter_id=actor.person_id, now=now)
    return get_version(actor=actor, howto_id=howto_id, number=version_number)


@transaction.atomic
def send_back(*, actor: Actor, howto_id: UUID, version_number: int, reason: str, now: datetime) -> WholeHowTo:
    """
    Make a version in review a draft again, and tell who submitted it why. Approvals that it has count no longer.

    Transaction: opens its own; appends `push.requested`. Raises what `submit` does, and:

    :raises IllegalMove: the version is not in review.
    :raises InvalidInput: there is no reason.
    """
    held = hold(actor=actor, howto_id=howto_id, action=Action.SEND_BACK, number=version_number)
    facts = {"sent_back_at": now, "sent_back_by_id": actor.person_id, "send_back_reason": reason_given(reason)}
    move(held.version, PUBLICATION_MOVES, to=Publication.DRAFT, field="publication", **facts)
    withdraw_approvals(held.version, now=now)
    tell_sent_back(held.howto, held.version, now=now)
    return get_version(actor=actor, howto_id=howto_id, number=version_number)


@transaction.atomic
def retire(
    *, actor: Actor, howto_id: UUID, version_number: int, reason: str, for_safety: bool, now: datetime
) -> WholeHowTo:
    """
    Take a released version out for good: nobody finds it any more. `for_safety`: it may hurt somebody.

    With an original go the translations of it that are out: they say the same. For safety, everyone who worked by it
    or saw it is told then, and has to acknowledge.
    Transaction: opens its own; search changes with it; appends `howto.retired_for_safety`.
    Idempotent: a retired version stays as it is. Raises what `submit` does, and:

    :raises IllegalMove: the version is not out.
    :raises InvalidInput: there is no reason.
    """
    held = hold(actor=actor, howto_id=howto_id, action=Action.RETIRE, number=version_number)
    why = reason_given(reason)
    if held.version.publication == Publication.RELEASED:
        facts = {"retired_at": now, "retired_by_id": actor.person_id, "retire_reason": why}
        facts["retired_for_safety"] = for_safety
        for version in [held.version, *_translations_out(held)]:
            move(version, PUBLICATION_MOVES, to=Publication.RETIRED, field="publication", **facts)
        index_released(held.howto, now=now)
        if for_safety:
            append(_retired(held), now=now)
    return get_version(actor=actor, howto_id=howto_id, number=version_number)


@transaction.atomic
def validate(*, actor: Actor, howto_id: UUID, version_number: int, now: datetime) -> WholeHowTo:
    """
    Say that a released original is confirmed.

    Transaction: opens its own; appends `push.requested`. Idempotent: what is validated stays so.
    Raises what `submit` does, and:

    :raises IllegalMove: the version is not out, or a translation.
    """
    held = hold(actor=actor, howto_id=howto_id, action=Action.VALIDATE, number=version_number)
    if not held.version.is_original:
        raise IllegalMove("A translation is as sure as its original.", state=held.version.publication, allowed=[])
    if held.howto.confidence != Confidence.VALIDATED:
        move(held.howto, CONFIDENCE_MOVES, to=Confidence.VALIDATED, field="confidence", confidence_at=now)
        tell_validated(held.howto, held.version, now=now)
    return get_version(actor=actor, howto_id=howto_id, number=version_number)


def _retired(held: Held) -> HowToRetiredForSafety:
    return HowToRetiredForSafety(
        organisation_id=held.howto.organisation_id, howto_id=held.howto.pk, version_number=held.version.number
    )


def _translations_out(held: Held) -> QuerySet[HowToVersion]:
    versions = tenancy.within_organisation(held.howto.organisation_id, HowToVersion)
    out = versions.filter(howto=held.howto, publication=Publication.RELEASED, is_original=False)
    return out if held.version.is_original else out.none()


def reason_given(reason: str) -> str:
    """
    Return the reason without what surrounds it.

    :raises InvalidInput: it says nothing.
    """
    if not reason.strip():
        raise InvalidInput(reason="Say why.")
    return reason.strip()
