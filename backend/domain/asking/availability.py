"""When a person may be asked: shift, in their own time zone, and not busy."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from backend.domain.accounts.models import Person
from backend.domain.asking.models import Availability

DEFAULT_WEEK_DAYS = (1, 2, 3, 4, 5)
DEFAULT_SHIFT = (time(8), time(17))


def shift_start(person: Person, availability: Availability | None, *, now: datetime) -> datetime | None:
    """
    Return when the shift that `person` is on now began (UTC), or None when they are not on shift.

    A shift that ends earlier than it starts crosses midnight and belongs to the day it started on.
    """
    week_days = tuple(availability.week_days) if availability else DEFAULT_WEEK_DAYS
    starts, ends = (availability.shift_starts, availability.shift_ends) if availability else DEFAULT_SHIFT
    zone = ZoneInfo(person.time_zone)
    today = now.astimezone(zone).date()
    for day in (today, today - timedelta(days=1)):
        begin = datetime.combine(day, starts, zone)
        end = datetime.combine(day if ends > starts else day + timedelta(days=1), ends, zone)
        if day.isoweekday() in week_days and begin <= now < end:
            return begin.astimezone(UTC)
    return None


def is_busy(availability: Availability | None, *, now: datetime) -> bool:
    """Return whether the person asked not to be disturbed until later than `now`."""
    return bool(availability and availability.busy_until and availability.busy_until > now)
