"""An organisation's own ladders, and which one counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.asking.ladder import EVERYBODY, LADDERS, NAMED, Audience, Rung
from backend.domain.asking.models import LadderRule
from backend.domain.errors import InvalidInput, NotAllowed, NotFound
from backend.domain.saying import said

MAX_RUNGS = 8
MAX_SIZE = 50
LATEST = timedelta(days=7)


@dataclass(frozen=True)
class Ladder:
    """The rungs for one urgency, and who changed them; without a change they are those of the design."""

    urgency: str
    rungs: tuple[Rung, ...]
    rule: LadderRule | None


def rungs_for(*, organisation_id: UUID, urgency: str) -> tuple[Rung, ...]:
    """Return the ladder that counts for this urgency in an organisation."""
    return _ladder(urgency, tenancy.within_organisation(organisation_id, LadderRule).filter(urgency=urgency).first())


def ladder_for(*, actor: Actor, urgency: str) -> Ladder:
    """
    Return the ladder for this urgency in the actor's organisation.

    :raises NotFound: there is no such urgency.
    """
    _check_urgency(urgency)
    rules = tenancy.within(actor, LadderRule).select_related("changed_by__site")
    rule = rules.filter(urgency=urgency).first()
    return Ladder(urgency, _ladder(urgency, rule), rule)


def list_ladders(*, actor: Actor) -> list[Ladder]:
    """Return the ladder of each urgency in the actor's organisation. One query."""
    rules = tenancy.within(actor, LadderRule).select_related("changed_by__site")
    own = {rule.urgency: rule for rule in rules}
    return [Ladder(urgency, _ladder(urgency, own.get(urgency)), own.get(urgency)) for urgency in LADDERS]


@transaction.atomic
def set_ladder(*, actor: Actor, urgency: str, rungs: Sequence[Rung], now: datetime) -> Ladder:
    """
    Give the actor's organisation its own ladder for this urgency. Threads that are asked from now on climb it.

    Idempotent: the same rungs again only move the time of the change.

    :raises NotFound: there is no such urgency.
    :raises NotAllowed: only those who may curate change ladders.
    :raises InvalidInput: a rung cannot be; each field is told in a sentence.
    """
    _check_may_change(actor)
    _check_urgency(urgency)
    check_ladder(rungs)
    rule, _ = tenancy.within(actor, LadderRule).update_or_create(
        organisation_id=actor.organisation_id,
        urgency=urgency,
        defaults={
            "rungs": [_to_row(rung) for rung in rungs],
            "changed_by_id": actor.person_id,
            "changed_at": now,
        },
    )
    return Ladder(urgency, tuple(rungs), rule)


@transaction.atomic
def reset_ladder(*, actor: Actor, urgency: str) -> Ladder:
    """
    Go back to the ladder of the design. Idempotent.

    :raises NotFound: there is no such urgency.
    :raises NotAllowed: only those who may curate change ladders.
    """
    _check_may_change(actor)
    _check_urgency(urgency)
    tenancy.within(actor, LadderRule).filter(urgency=urgency).delete()
    return Ladder(urgency, LADDERS[urgency], None)


def check_ladder(rungs: Sequence[Rung]) -> None:
    """
    Let pass what a ladder can be.

    :raises InvalidInput: a rung cannot be; each field is told in a sentence.
    """
    if mistakes := dict(_mistakes(rungs)):
        raise InvalidInput(**mistakes)


def _check_may_change(actor: Actor) -> None:
    if not actor.may_curate:
        raise NotAllowed("Only supervisors, curators and admins change whom a thread asks.")


def _check_urgency(urgency: str) -> None:
    if urgency not in LADDERS:
        raise NotFound(said("There is no such urgency; there are %(urgencies)s.", urgencies=", ".join(sorted(LADDERS))))


def _mistakes(rungs: Sequence[Rung]) -> Iterable[tuple[str, str]]:
    """Return what is wrong, by field; `rungs.2.size` is the size of the third rung."""
    if not 1 <= len(rungs) <= MAX_RUNGS:
        yield "rungs", said("There are 1 to %(most)s waves.", most=MAX_RUNGS)
        return
    audiences = [rung.audience for rung in rungs]
    if rungs[0].after:
        yield "rungs.0.after_s", "The first wave asks at once: after 0 seconds."
    if not set(audiences) & NAMED:
        yield "rungs", "At least one wave names a person: the expert on duty, a champion or a supervisor."
    if audiences.count(Audience.GAP_LIST) != 1 or audiences[-1] is not Audience.GAP_LIST:
        yield f"rungs.{len(rungs) - 1}.audience", "The gap list comes last, and only once."
    for number, rung in enumerate(rungs):
        before = rungs[number - 1].after if number else timedelta(-1)
        yield from ((f"rungs.{number}.{field}", why) for field, why in _mistakes_of(rung, before))


def _mistakes_of(rung: Rung, before: timedelta) -> Iterable[tuple[str, str]]:
    if rung.after <= before:
        yield "after_s", "Each wave comes later than the one before it."
    if rung.after > LATEST:
        yield "after_s", "A wave comes within 7 days."
    if not (1 <= rung.size <= MAX_SIZE or rung.size == EVERYBODY):
        yield "size", said("A wave asks 1 to %(most)s people, or everybody.", most=MAX_SIZE)
    if rung.size == EVERYBODY and rung.audience is not Audience.COMMUNITY:
        yield "size", "Only a community is asked as a whole."
    if rung.size == EVERYBODY and not rung.is_silent:
        yield "is_silent", "A whole community is told in silence: a push to everybody is what peers switch off."


def _ladder(urgency: str, rule: LadderRule | None) -> tuple[Rung, ...]:
    return tuple(_from_row(row) for row in rule.rungs) if rule else LADDERS[urgency]


def _to_row(rung: Rung) -> dict[str, Any]:
    return {
        "after_s": int(rung.after.total_seconds()),
        "size": rung.size,
        "audience": rung.audience.value,
        "is_silent": rung.is_silent,
        "at_next_shift": rung.at_next_shift,
    }


def _from_row(row: dict[str, Any]) -> Rung:
    return Rung(
        timedelta(seconds=row["after_s"]),
        row["size"],
        Audience(row["audience"]),
        row["is_silent"],
        row.get("at_next_shift", False),
    )
