"""What people say of themselves: when they work and what they know."""

from __future__ import annotations

from datetime import time

from django.db import transaction

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.asking.models import Availability, Skill
from backend.domain.errors import InvalidInput


@transaction.atomic
def set_availability(*, actor: Actor, week_days: tuple[int, ...], shift_starts: time, shift_ends: time) -> Availability:
    """
    Record when the actor works, in their own time zone. `week_days`: ISO, 1 is Monday.

    :raises InvalidInput: a day is not 1..7, or the shift has no length.
    """
    if not set(week_days) <= set(range(1, 8)):
        raise InvalidInput(week_days="Days are 1 (Monday) to 7.")
    if shift_starts == shift_ends:
        raise InvalidInput(shift_ends="A shift has a length.")
    tenancy.within(actor, Availability).filter(person_id=actor.person_id).delete()
    return tenancy.create(
        Availability,
        organisation_id=actor.organisation_id,
        person_id=actor.person_id,
        shifts=[
            {"day": day - 1, "starts": shift_starts.isoformat(), "ends": shift_ends.isoformat()}
            for day in sorted(set(week_days))
        ],
    )


@transaction.atomic
def declare_skill(*, actor: Actor, family: str) -> None:
    """Record that the actor knows a family of machines. Idempotent."""
    skill = Skill(organisation_id=actor.organisation_id, person_id=actor.person_id, family=family)
    tenancy.create_many(Skill, [skill], ignore_conflicts=True)
