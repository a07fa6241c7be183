"""What is kept of people's hours, for many at once. It is asked three times on the way of every push: one statement."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import date, datetime, time
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from backend.domain.accounts.models import Person
from backend.domain.asking.hours import ASKER_STAYS, Hours
from backend.domain.asking.models import Availability
from backend.domain.asking.shift_cycle import OFFICE_WEEK, ONE_DAY, DaysOff, QuietHours, Shift, ShiftCycle, Span

# Every row is matched to its person, and so to their organisation. Holidays are their own, their site's and their
# organisation's.
_READ = """
SELECT person.id, availability.shifts::text, availability.cycle_days, availability.cycle_starts_on,
    availability.quiet_starts, availability.quiet_ends, availability.busy_until,
    ARRAY(
        SELECT ARRAY[first_date, last_date] FROM asking_holiday AS holiday
        WHERE holiday.organisation_id = person.organisation_id AND last_date >= %(since)s
            AND (person_id IS NULL OR person_id = person.id) AND (site_id IS NULL OR site_id = person.site_id)
    ) AS days_off,
    ARRAY(
        SELECT ARRAY[starts_at, ends_at] FROM asking_dutyturn AS turn
        WHERE turn.organisation_id = person.organisation_id AND person_id = person.id AND ends_at > %(now)s
    ) AS duty,
    (
        SELECT max(opened_at) FROM asking_askround AS round
        WHERE round.organisation_id = person.organisation_id AND asker_id = person.id
            AND opened_at > %(asked_since)s AND opened_at <= %(now)s
    ) AS asked_at
FROM accounts_person AS person LEFT JOIN asking_availability AS availability
    ON availability.person_id = person.id AND availability.organisation_id = person.organisation_id
WHERE person.id = ANY(%(people)s)
"""
_PATTERNS_REMEMBERED = 1024  # most people of an organisation work one of a few


def hours_of(people: Collection[Person], *, now: datetime) -> dict[UUID, Hours]:
    """
    Return the hours of each of `people`, from `now` on: in one statement, however many there are.

    Tenancy: `people` came through the door; of other organisations nothing is read.
    """
    # Two days back: a shift that began yesterday may still run, and it is another day elsewhere.
    moments = {"now": now, "since": (now - 2 * ONE_DAY).date(), "asked_since": now - ASKER_STAYS}
    zones = {person.pk: person.time_zone for person in people}
    with connection.cursor() as cursor:
        cursor.execute(_READ, {"people": list(zones), **moments})
        rows = [_Row(*row) for row in cursor]
    return {row.person_id: _hours(row, zones[row.person_id]) for row in rows}


def cycle_of(availability: Availability | None) -> ShiftCycle:
    """Return the cycle that was recorded, or that of an office."""
    if availability is None:
        return OFFICE_WEEK
    return _cycle(json.dumps(availability.shifts), availability.cycle_days, availability.cycle_starts_on)


def quiet_hours_of(availability: Availability | None) -> QuietHours | None:
    """Return the quiet hours that were recorded."""
    return None if availability is None else _quiet_hours(availability.quiet_starts, availability.quiet_ends)


class _Row(NamedTuple):
    """As `_READ` returns it. Without a pattern, `shifts`, `cycle_days` and `cycle_starts_on` are None together."""

    person_id: UUID
    shifts: str | None
    cycle_days: int
    cycle_starts_on: date
    quiet_starts: time | None
    quiet_ends: time | None
    busy_until: datetime | None
    days_off: list[tuple[date, date]]
    duty: list[tuple[datetime, datetime]]
    asked_at: datetime | None


def _hours(row: _Row, time_zone: str) -> Hours:
    return Hours(
        zone=ZoneInfo(time_zone),
        cycle=OFFICE_WEEK if row.shifts is None else _cycle(row.shifts, row.cycle_days, row.cycle_starts_on),
        quiet=_quiet_hours(row.quiet_starts, row.quiet_ends),
        busy_until=row.busy_until,
        days_off=tuple(DaysOff(*days) for days in row.days_off),
        duty=tuple(Span(*turn) for turn in row.duty),
        asked_at=row.asked_at,
    )


@lru_cache(_PATTERNS_REMEMBERED)
def _cycle(shifts: str, days_count: int, starts_on: date) -> ShiftCycle:
    return ShiftCycle(tuple(Shift.from_row(row) for row in json.loads(shifts)), days_count, starts_on)


def _quiet_hours(starts: time | None, ends: time | None) -> QuietHours | None:
    return None if starts is None or ends is None else QuietHours(starts, ends)
