"""Reading what is covered, and standing behind it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Prefetch, QuerySet

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.asking.certifying import valid_certifications
from backend.domain.hazards.covering import kinds_of, open_kinds
from backend.domain.hazards.errors import CautionNotAcknowledged
from backend.domain.hazards.kinds import HazardKind, hazards_in_words
from backend.domain.hazards.models import Caution, CautionSignature
from backend.domain.hazards.states import CAUTION_MOVES, CautionStatus
from backend.domain.hazards.words import hazards_of
from backend.domain.safety_permissions import Action, Tie, require, rows_allowed
from backend.domain.saying import both, either, said
from backend.domain.states import move


@transaction.atomic
def sign_caution(*, actor: Actor, caution_id: UUID, note: str, now: datetime) -> Caution:
    """
    Sign for each hazard that the actor is certified for today. When none is left, the cover comes off.

    Transaction: opens its own. Idempotent: who signed already changes nothing.

    :raises NotFound: no such caution in the actor's organisation.
    :raises NotAllowed: the actor said it themselves, or is not certified for what is open.
    :raises IllegalMove: it is not covered (any more).
    """
    caution = tenancy.find_in(tenancy.within(actor, Caution).select_for_update(), caution_id)
    is_own = caution.author_id == actor.person_id
    asked = open_kinds(caution) or kinds_of(caution)
    mine = [] if is_own else certified_for(actor, asked, now=now)
    if _has_signed(actor, caution) and not (mine and caution.is_covered):
        return caution
    certified = said(
        "Only somebody certified for %(hazards)s may sign.",
        hazards=either(hazards_in_words(asked)),
    )
    refusal = said("A second person has to sign for it.") if is_own else certified
    require(actor, Action.SIGN_CAUTION, caution.status, ties={Tie.CERTIFIED} if mine else (), refusal=refusal)
    _sign(actor, caution, mine, note=note, now=now)
    if set(mine) == set(asked):
        move(caution, CAUTION_MOVES, to=CautionStatus.SIGNED, ended_at=now)
    return caution


def list_cautions(*, actor: Actor) -> QuerySet[Caution]:
    """Return what is covered in the actor's organisation and waits for signatures."""
    covered = tenancy.within(actor, Caution).filter(status=CautionStatus.COVERED)
    return with_signatures(actor, covered.filter(rows_allowed(actor, Action.READ_CAUTION, columns={})))


def get_caution(*, actor: Actor, caution_id: UUID) -> Caution:
    """
    Return one caution with its signatures.

    :raises NotFound: there is none in the actor's organisation.
    """
    found = tenancy.find_in(with_signatures(actor, tenancy.within(actor, Caution)), caution_id)
    require(actor, Action.READ_CAUTION, found.status, refusal=said("This caution is not for you to read."))
    return found


def with_signatures(actor: Actor, cautions: QuerySet[Caution]) -> QuerySet[Caution]:
    """Return `cautions` with what a page shows of them: in one query more."""
    return cautions.prefetch_related(Prefetch("signatures", queryset=signatures_shown(actor)))


def signatures_shown(actor: Actor) -> QuerySet[CautionSignature]:
    """Return the signatures of the actor's organisation with who gave them, for a `Prefetch`."""
    return tenancy.within(actor, CautionSignature).select_related("person__site").order_by("signed_at", "pk")


def check_acknowledged(caution: Caution | None, *, acknowledges: bool) -> Caution | None:
    """
    Return the caution that somebody acknowledges by trying what it lies on; None: it does not lie on anything.

    :raises CautionNotAcknowledged: it is covered, and they did not say that they read it.
    """
    if caution is None or not caution.is_covered:
        return None
    if not acknowledges:
        kinds = kinds_of(caution)
        raise CautionNotAcknowledged(
            said(
                "This speaks of %(hazards)s, and nobody certified has signed for it yet. Read the caution first.",
                hazards=both(hazards_in_words(kinds)),
            ),
            caution_id=str(caution.pk),
            kinds=kinds,
        )
    return caution


def certified_for(actor: Actor, kinds: Collection[str], *, now: datetime) -> list[str]:
    """Return those of `kinds` that the actor is certified for today, in their order."""
    hazards = hazards_of(actor.organisation_id)
    rows = valid_certifications(actor.organisation_id, now=now).filter(person_id=actor.person_id)
    held = {name.casefold() for name in rows.values_list("name", flat=True)}
    return [kind for kind in kinds if hazards[HazardKind(kind)].certification.casefold() in held]


def _sign(actor: Actor, caution: Caution, kinds: Collection[str], *, note: str, now: datetime) -> None:
    hazards = hazards_of(actor.organisation_id)
    rows = [
        CautionSignature(
            organisation_id=actor.organisation_id,
            caution=caution,
            kind=kind,
            certification=hazards[HazardKind(kind)].certification,
            words=sorted({word["stems"] for word in caution.words if word["kind"] == kind}),
            person_id=actor.person_id,
            note=note.strip(),
            signed_at=now,
        )
        for kind in kinds
    ]
    tenancy.create_many(CautionSignature, rows)


def _has_signed(actor: Actor, caution: Caution) -> bool:
    signatures = tenancy.within(actor, CautionSignature).filter(caution=caution, person_id=actor.person_id)
    return signatures.exists()
