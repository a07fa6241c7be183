"""What people say of when they work: their shifts and their quiet hours. Each change answers with the whole of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.db import transaction

from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.accounts.queries import find_person
from backend.domain.actor import Actor
from backend.domain.asking.hours import Hours
from backend.domain.asking.hours_kept import cycle_of, hours_of, quiet_hours_of
from backend.domain.asking.models import Availability
from backend.domain.asking.shift_cycle import OFFICE_WEEK, QuietHours, Shift, ShiftCycle
from backend.domain.errors import InvalidInput
from backend.domain.saying import said

MAX_CYCLE_DAYS = 366
_ONE_DAY_MINUTES = 24 * 60


@dataclass(frozen=True)
class OwnHours:
    """A person's hours, as they see them themselves."""

    person: Person
    hours: Hours
    as_of: datetime


def own_hours(*, actor: Actor, now: datetime) -> OwnHours:
    """Return when the actor can be reached."""
    person = find_person(actor=actor, person_id=actor.person_id)
    return OwnHours(person, hours_of([person], now=now)[person.pk], now)


@transaction.atomic
def set_shift_pattern(*, actor: Actor, cycle: ShiftCycle, now: datetime) -> OwnHours:
    """
    Record when the actor works, by the clock of their own time zone.

    Transaction: opens its own. Idempotent.

    :raises InvalidInput: the cycle has no shift or too many days, a shift is on none of its days, shifts overlap, or
        quiet hours leave nothing of them.
    """
    _check_cycle(cycle)
    availability = own_availability(actor)
    _check_some_time_is_left(actor, cycle, quiet_hours_of(availability), field="shifts", now=now)
    record_cycle(availability, cycle)
    return own_hours(actor=actor, now=now)


@transaction.atomic
def use_office_week(*, actor: Actor, now: datetime) -> OwnHours:
    """Forget what the actor said of their shifts: Monday to Friday, 08:00 to 17:00, holds again. Idempotent."""
    record_cycle(own_availability(actor), OFFICE_WEEK)
    return own_hours(actor=actor, now=now)


@transaction.atomic
def set_quiet_hours(*, actor: Actor, quiet: QuietHours | None, now: datetime) -> OwnHours:
    """
    Record between which times the actor wants no push, every day; None: none.

    Transaction: opens its own. Idempotent.

    :raises InvalidInput: they have no length, or leave nothing of the actor's shifts.
    """
    availability = own_availability(actor)
    if quiet is not None:
        if quiet.starts == quiet.ends:
            raise InvalidInput(ends="Quiet hours end at another time than they start.")
        _check_some_time_is_left(actor, cycle_of(availability), quiet, field="ends", now=now)
    availability.quiet_starts = quiet.starts if quiet else None
    availability.quiet_ends = quiet.ends if quiet else None
    availability.save(update_fields=["quiet_starts", "quiet_ends"])
    return own_hours(actor=actor, now=now)


def own_availability(actor: Actor) -> Availability:
    """
    Return the row of the actor's availability, locked; it is made when there is none, and changes nothing then.

    Transaction: required.
    """
    row = Availability(organisation_id=actor.organisation_id, person_id=actor.person_id, shifts=_rows_of(OFFICE_WEEK))
    tenancy.create_many(Availability, [row], ignore_conflicts=True)
    return tenancy.within(actor, Availability).select_for_update().get(person_id=actor.person_id)


def record_cycle(availability: Availability, cycle: ShiftCycle) -> None:
    """Write `cycle`, which was checked, into the row."""
    availability.cycle_days = cycle.days_count
    availability.cycle_starts_on = cycle.starts_on
    availability.shifts = _rows_of(cycle)
    availability.save(update_fields=["cycle_days", "cycle_starts_on", "shifts"])


def _rows_of(cycle: ShiftCycle) -> list[dict[str, object]]:
    return [
        {"day": shift.day, "starts": shift.starts.isoformat(), "ends": shift.ends.isoformat()} for shift in cycle.shifts
    ]


def _check_cycle(cycle: ShiftCycle) -> None:
    if not 1 <= cycle.days_count <= MAX_CYCLE_DAYS:
        raise InvalidInput(cycle_days=said("A cycle has 1 to %(most)s days.", most=MAX_CYCLE_DAYS))
    if not cycle.shifts:
        raise InvalidInput(shifts="Name at least one shift; days on which you do not work are holidays.")
    for shift in cycle.shifts:
        if not 0 <= shift.day < cycle.days_count:
            raise InvalidInput(shifts=_not_in(cycle, shift))
    for one, other in _overlapping(cycle):
        raise InvalidInput(shifts=said("%(one)s and %(other)s overlap.", one=_in_words(one), other=_in_words(other)))


def _not_in(cycle: ShiftCycle, shift: Shift) -> str:
    last = cycle.days_count - 1
    return said("Day %(day)s is not in the cycle: its days are 0 to %(last)s.", day=shift.day, last=last)


def _overlapping(cycle: ShiftCycle) -> Iterator[tuple[Shift, Shift]]:
    """Return neighbours of which the earlier one ends after the later one began, the last and the first too."""
    ordered = sorted(cycle.shifts, key=_begins_minute)
    around = cycle.days_count * _ONE_DAY_MINUTES
    for one, other in pairwise(ordered):
        if _begins_minute(one) + _length_minutes(one) > _begins_minute(other):
            yield one, other
    first, last = ordered[0], ordered[-1]
    if _begins_minute(last) + _length_minutes(last) > _begins_minute(first) + around:
        yield last, first


def _begins_minute(shift: Shift) -> int:
    return shift.day * _ONE_DAY_MINUTES + shift.starts.hour * 60 + shift.starts.minute


def _length_minutes(shift: Shift) -> int:
    starts, ends = (timedelta(hours=clock.hour, minutes=clock.minute) for clock in (shift.starts, shift.ends))
    return (int((ends - starts).total_seconds()) // 60 - 1) % _ONE_DAY_MINUTES + 1  # 1 minute to 24 hours


def _in_words(shift: Shift) -> str:
    return said(
        "%(starts)s to %(ends)s on day %(day)s",
        starts=f"{shift.starts:%H:%M}",
        ends=f"{shift.ends:%H:%M}",
        day=shift.day,
    )


def _check_some_time_is_left(
    actor: Actor, cycle: ShiftCycle, quiet: QuietHours | None, *, field: str, now: datetime
) -> None:
    zone = ZoneInfo(tenancy.find(actor, Person, actor.person_id).time_zone)
    if Hours(zone, cycle, quiet).free_at(now) is None:
        raise InvalidInput(**{field: "Your quiet hours cover all of your shifts: nobody could ever ask you."})
