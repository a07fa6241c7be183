"""When a person may be asked: shift, in their own time zone, and not busy."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from backend.domain.accounts.models import Person
from backend.domain.asking.models import A_MONDAY, Availability

_WEEK = 7
DEFAULT_SHIFTS: list[dict[str, Any]] = [{"day": day, "starts": "08:00", "ends": "17:00"} for day in range(5)]


def shift_start(person: Person, availability: Availability | None, *, now: datetime) -> datetime | None:
    """
    Return when the shift that `person` is on now began (UTC), or None when they are not on shift.

    A shift that ends earlier than it starts crosses midnight and belongs to the day it started on.
    """
    zone = ZoneInfo(person.time_zone)
    today = now.astimezone(zone).date()
    for day in (today, today - timedelta(days=1)):
        for starts, ends in _shifts_on(availability, day):
            begin = datetime.combine(day, starts, zone)
            end = datetime.combine(day if ends > starts else day + timedelta(days=1), ends, zone)
            if begin <= now < end:
                return begin.astimezone(UTC)
    return None


def _shifts_on(availability: Availability | None, day: date) -> list[tuple[time, time]]:
    first, cycle_days = (availability.cycle_starts_on, availability.cycle_days) if availability else (A_MONDAY, _WEEK)
    shifts: list[dict[str, Any]] = availability.shifts if availability else DEFAULT_SHIFTS
    index = (day - first).days % cycle_days
    return [
        (time.fromisoformat(shift["starts"]), time.fromisoformat(shift["ends"]))
        for shift in shifts
        if shift["day"] == index
    ]


def is_busy(availability: Availability | None, *, now: datetime) -> bool:
    """Return whether the person asked not to be disturbed until later than `now`."""
    return bool(availability and availability.busy_until and availability.busy_until > now)
