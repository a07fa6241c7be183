"""What people say of themselves: that they are busy now, and what they know."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.asking.families import as_known_family
from backend.domain.asking.models import Availability, Skill
from backend.domain.asking.shift_cycle import Shift, ShiftCycle
from backend.domain.asking.shift_pattern import OwnHours, own_availability, own_hours, record_cycle
from backend.domain.errors import InvalidInput, NotFound

MAX_BUSY = timedelta(days=1)


@transaction.atomic
def set_busy_until(*, actor: Actor, until: datetime | None, now: datetime) -> OwnHours:
    """
    Record that the actor wants not to be asked before `until`; None: they may be asked again.

    Transaction: opens its own. Idempotent.

    :raises InvalidInput: `until` is over, or further away than a day.
    """
    if until is not None and until <= now:
        raise InvalidInput(until="This time is over: nothing would change.")
    if until is not None and until > now + MAX_BUSY:
        raise InvalidInput(until="Nobody is busy for longer than a day: record a holiday.")
    availability = own_availability(actor)
    availability.busy_until = until
    availability.save(update_fields=["busy_until"])
    return own_hours(actor=actor, now=now)


@transaction.atomic
def set_availability(*, actor: Actor, week_days: tuple[int, ...], shift_starts: time, shift_ends: time) -> Availability:
    """
    Record that the actor works the same hours on these days of every week. `week_days`: ISO, 1 is Monday.

    Transaction: opens its own. Idempotent.

    :raises InvalidInput: a day is not 1..7.
    """
    if not set(week_days) <= set(range(1, 8)):
        raise InvalidInput(week_days="Days are 1 (Monday) to 7.")
    availability = own_availability(actor)
    record_cycle(availability, ShiftCycle(tuple(Shift(day - 1, shift_starts, shift_ends) for day in sorted(week_days))))
    return availability


@transaction.atomic
def declare_skill(*, actor: Actor, family: str) -> Skill:
    """
    Record that the actor knows a family of machines, spelt as the organisation's machines spell it.

    Transaction: opens its own. Idempotent.

    :raises InvalidInput: the family has no name.
    """
    known = as_known_family(actor.organisation_id, family)
    skill = Skill(organisation_id=actor.organisation_id, person_id=actor.person_id, family=known)
    tenancy.create_many(Skill, [skill], ignore_conflicts=True)
    return own_skills(actor=actor).get(family=known)


@transaction.atomic
def withdraw_skill(*, actor: Actor, skill_id: UUID) -> None:
    """
    Forget a skill that the actor declared.

    :raises NotFound: the actor declared no such skill.
    """
    if not own_skills(actor=actor).filter(pk=skill_id).delete()[0]:
        raise NotFound("You declared no such skill.")


def own_skills(*, actor: Actor) -> QuerySet[Skill]:
    """Return the families of machines that the actor knows."""
    return tenancy.within(actor, Skill).filter(person_id=actor.person_id)
