"""Setting straight a how-to that is out, or one of its steps."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.corrections.advice import advice_of_howto
from backend.domain.corrections.findings import Findings, checked
from backend.domain.corrections.models import Correction
from backend.domain.corrections.recalling import recall_corrected
from backend.domain.corrections.states import Severity
from backend.domain.corrections.telling import tell_owner
from backend.domain.creation import Created, create_once
from backend.domain.errors import InvalidInput
from backend.domain.hazards.finding import find_hazards
from backend.domain.hazards.signing import certified_for
from backend.domain.hazards.words import hazards_of
from backend.domain.howtos.content import Content, read_content
from backend.domain.howtos.indexing import index_released
from backend.domain.howtos.locking import locked_howto, version_numbered
from backend.domain.howtos.models import HowTo, HowToVersion, Step
from backend.domain.safety_permissions import Action, Tie, require
from backend.domain.saying import said


@transaction.atomic
def correct_howto(
    *,
    actor: Actor,
    correction_id: UUID,
    howto_id: UUID,
    version_number: int,
    step_position: int | None = None,
    findings: Findings,
    now: datetime,
) -> Created[Correction]:
    """
    Pin a correction on a version that is out, or on one of its steps. It stands until the next version is out.

    For those who may curate, and for whoever is certified for a hazard that it speaks of. Who looks after the how-to
    is told; of an unsafe one everyone who worked by it or saw it is, and has to acknowledge.
    Tenancy: the how-to is looked up in the actor's organisation.
    Transaction: opens its own, and holds the how-to; appends `push.requested`. Idempotent: by `correction_id`.

    :raises NotFound: no such how-to, or version of it, in the actor's organisation.
    :raises NotAllowed: the actor is neither.
    :raises IllegalMove: the version is not out: a draft is edited, what is over needs no correction.
    :raises InvalidInput: it does not say what is wrong, why, or what is right; or there is no such step.
    :raises IdTaken: the id already names something else.
    """
    howto = locked_howto(actor=actor, howto_id=howto_id)
    version = version_numbered(howto, version_number)

    def insert() -> Correction:
        _check_may_correct(actor, version, now=now)
        correction = tenancy.create(
            Correction,
            id=correction_id,
            organisation_id=actor.organisation_id,
            howto=howto,
            version=version,
            step=_step(version, step_position),
            author_id=actor.person_id,
            corrected_at=now,
            **checked(findings),
        )
        index_released(howto, now=now)
        advice = advice_of_howto(howto, version)
        tell_owner(howto, correction, advice, now=now)
        if findings.severity is Severity.UNSAFE:
            recall_corrected(advice, correction, now=now)
        return correction

    same = {"organisation_id": actor.organisation_id, "author_id": actor.person_id, "version_id": version.pk}
    return create_once(Correction, correction_id, same=same, insert=insert)


def follow_howto(correction: Correction, *, now: datetime) -> None:
    """Have search know that a how-to's correction is withdrawn. Transaction: joins the caller's."""
    howtos = tenancy.within_organisation(correction.organisation_id, HowTo).select_related("asset_model")
    howto = howtos.select_for_update(of=("self",)).get(corrections=correction)
    index_released(howto, now=now)


def _check_may_correct(actor: Actor, version: HowToVersion, *, now: datetime) -> None:
    hazards = hazards_of(actor.organisation_id)
    phrases = {kind: hazard.phrases for kind, hazard in hazards.items()}
    kinds = sorted({found.kind for found in find_hazards(_text_of(read_content(version)), phrases)})
    ties = {Tie.CERTIFIED} if kinds and certified_for(actor, kinds, now=now) else frozenset[Tie]()
    refusal = said("Only a curator, or somebody certified for its hazard, may correct a how-to.")
    require(actor, Action.CORRECT_HOWTO, version.publication, ties=ties, refusal=refusal)


def _text_of(content: Content) -> str:
    return "\n".join([content.problem, content.remedy, content.hazards, *(step.text for step in content.steps)])


def _step(version: HowToVersion, position: int | None) -> Step | None:
    if position is None:
        return None
    steps = tenancy.within_organisation(version.organisation_id, Step).filter(version=version, position=position)
    step = steps.first()
    if step is None:
        raise InvalidInput(step_position="This version has no such step.")
    return step
