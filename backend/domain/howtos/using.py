"""Somebody worked by a how-to and says how it went: that is its review."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.creation import Created, create_once
from backend.domain.equipment.models import Asset
from backend.domain.howtos.locking import Held, hold
from backend.domain.howtos.models import HowTo, HowToUse
from backend.domain.howtos.notices import credited_people, tell_of_fixes, tell_validated
from backend.domain.howtos.permissions import Action
from backend.domain.howtos.releasing import REVIEW_AFTER
from backend.domain.howtos.states import CONFIDENCE_MOVES, Confidence, Governance
from backend.domain.search.models import SubjectKind
from backend.domain.states import move
from backend.domain.threads.deflecting import reopen_deflected_to
from backend.domain.threads.states import TryOutcome

SOONER: Final = timedelta(days=7)  # after a failure its owner looks within a week
_ENOUGH: Final = 2  # people, for a fix also machines: one alone may be mistaken
_TOLD_COUNTS: Final = frozenset({1, 5, 25})  # then its people know
_FAILED: Final = frozenset({TryOutcome.NO, TryOutcome.WORSE})


@dataclass(frozen=True)
class Report:
    """How it went, on which machine."""

    asset_id: UUID
    outcome: TryOutcome
    note: str = ""
    minutes: int | None = None


@transaction.atomic
def record_use(
    *, actor: Actor, use_id: UUID, howto_id: UUID, version_number: int, report: Report, now: datetime
) -> Created[HowToUse]:
    """
    Record that the actor worked by a version, and let it count.

    Fixed: the review is due later. By two people on two machines since the text is out, neither of whom it was made
    from: an experience how-to is validated; compliance never is by use alone. No, or worse: the review is due
    within a week, and a question that the actor closed with it is asked again; by two people: what was validated is
    not. What people say of a version that is no longer out is kept, and moves nothing. The first, fifth and twenty-
    fifth time that it served somebody else, the credited are told.
    Tenancy: how-to and machine are looked up in the actor's organisation.
    Transaction: opens its own; holds the how-to. Idempotent: by `use_id`.

    :raises NotFound: no such how-to, version or machine in the actor's organisation.
    :raises IllegalMove: the version was never out.
    :raises IdTaken: `use_id` names something else.
    """
    held = hold(actor=actor, howto_id=howto_id, action=Action.USE, number=version_number)
    asset = tenancy.find(actor, Asset, report.asset_id)
    values = {
        "organisation_id": actor.organisation_id,
        "version_id": held.version.pk,
        "person_id": actor.person_id,
        "asset_id": asset.pk,
        "outcome": report.outcome.value,
        "note": report.note.strip(),
        "minutes": report.minutes,
    }

    def insert() -> HowToUse:
        return tenancy.create(HowToUse, pk=use_id, howto=held.howto, used_at=now, **values)

    created = create_once(HowToUse, use_id, same=values, insert=insert)
    works_by_it = held.howto.confidence in {Confidence.NOT_VALIDATED, Confidence.VALIDATED}
    if created.is_new and report.outcome in _FAILED:
        reopen_deflected_to(actor=actor, kind=SubjectKind.HOWTO, subject_id=howto_id, asset_id=report.asset_id, now=now)
    if created.is_new and works_by_it and held.version.publication == "released":
        _count(held, created.row, now=now)
    return created


def _count(held: Held, use: HowToUse, *, now: datetime) -> None:
    howto, outcome = held.howto, TryOutcome(use.outcome)
    if outcome == TryOutcome.FIXED:
        _put_off_review(howto, now=now)
        _tell_of_served(held, use, now=now)
        if howto.confidence == Confidence.NOT_VALIDATED and _is_confirmed(howto):
            move(howto, CONFIDENCE_MOVES, to=Confidence.VALIDATED, field="confidence", confidence_at=now)
            tell_validated(howto, held.version, now=now)
    elif outcome in _FAILED:
        _review_sooner(howto, now=now)
        if howto.confidence == Confidence.VALIDATED and _is_doubted(howto):
            move(howto, CONFIDENCE_MOVES, to=Confidence.NOT_VALIDATED, field="confidence", confidence_at=now)


def _is_confirmed(howto: HowTo) -> bool:
    if howto.governance == Governance.COMPLIANCE:
        return False
    # Whoever asked or answered knew already that it works.
    credited = set(credited_people(howto))
    fixes = [use for use in _uses_since(howto, frozenset({TryOutcome.FIXED})) if use[0] not in credited]
    return min(len({person for person, _ in fixes}), len({asset for _, asset in fixes})) >= _ENOUGH


def _is_doubted(howto: HowTo) -> bool:
    return len({person for person, _ in _uses_since(howto, _FAILED)}) >= _ENOUGH


def _tell_of_served(held: Held, use: HowToUse, *, now: datetime) -> None:
    fixes = tenancy.within_organisation(held.howto.organisation_id, HowToUse).filter(
        howto=held.howto, outcome=TryOutcome.FIXED
    )
    count = fixes.exclude(person__in=credited_people(held.howto)).count()
    if count in _TOLD_COUNTS:
        tell_of_fixes(held.howto, held.version, by=use.person_id, count=count, now=now)


def _uses_since(howto: HowTo, outcomes: frozenset[TryOutcome]) -> list[tuple[UUID, UUID]]:
    """Return who reported one of `outcomes` on which machine, since the confidence is what it is."""
    uses = tenancy.within_organisation(howto.organisation_id, HowToUse).filter(howto=howto, outcome__in=outcomes)
    if howto.confidence_at:
        uses = uses.filter(used_at__gte=howto.confidence_at)
    return list(uses.values_list("person_id", "asset_id"))


def _put_off_review(howto: HowTo, *, now: datetime) -> None:
    later = now + REVIEW_AFTER[Governance(howto.governance)]
    # A failure that nobody has looked at yet is not made good by somebody else's luck.
    if howto.review_due_at is None or howto.review_due_at > now + SOONER:
        _set_due(howto, max(later, howto.review_due_at or later))


def _review_sooner(howto: HowTo, *, now: datetime) -> None:
    sooner = now + SOONER
    _set_due(howto, min(sooner, howto.review_due_at or sooner))


def _set_due(howto: HowTo, due_at: datetime) -> None:
    tenancy.same_row(howto).update(review_due_at=due_at)
    howto.review_due_at = due_at
