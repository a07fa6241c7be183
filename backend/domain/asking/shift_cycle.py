"""
Shifts, days off and quiet hours as people say them, in the time of their own clock; and the moments (UTC) they mean.

A clock that is put forward skips times: those are as much later as it skipped. One that is put back shows times
twice: a shift begins and ends at the first of them. So a shift has its true length, which once a year is not that of
the clock; one that would end before it begins is not worked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from backend.domain.asking.models import A_MONDAY

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """From one moment up to, and without, another. UTC."""

    begins_at: datetime
    ends_at: datetime

    def covers(self, moment: datetime) -> bool:
        return self.begins_at <= moment < self.ends_at


@dataclass(frozen=True)
class Shift:
    """On a day of the cycle, by the clock; one that does not end later than it starts ends on the next day."""

    day: int  # 0 is the first day of the cycle
    starts: time
    ends: time

    @classmethod
    def from_row(cls, row: Mapping[str, object]) -> Shift:
        """Return the shift that `{"day": 0, "starts": "08:00", "ends": "17:00"}` is."""
        return cls(int(str(row["day"])), time.fromisoformat(str(row["starts"])), time.fromisoformat(str(row["ends"])))

    def on(self, day: date, zone: ZoneInfo) -> Span:
        """Return when it is worked, if it is that of `day`."""
        ends_on = day if self.ends > self.starts else day + ONE_DAY
        return Span(moment_of(day, self.starts, zone), moment_of(ends_on, self.ends, zone))


@dataclass(frozen=True)
class ShiftCycle:
    """Shifts that come back every so many days."""

    shifts: tuple[Shift, ...]
    days_count: int = 7
    starts_on: date = A_MONDAY

    def spans_on(self, day: date, zone: ZoneInfo) -> Iterator[Span]:
        """Return the spans of the shifts that begin on `day`."""
        index = (day - self.starts_on).days % self.days_count
        spans = (shift.on(day, zone) for shift in self.shifts if shift.day == index)
        return (span for span in spans if span.begins_at < span.ends_at)


OFFICE_WEEK = ShiftCycle(tuple(Shift(day, time(8), time(17)) for day in range(5)))


@dataclass(frozen=True)
class DaysOff:
    """Both days included, by the person's calendar."""

    first_date: date
    last_date: date

    def cover(self, day: date) -> bool:
        return self.first_date <= day <= self.last_date


@dataclass(frozen=True)
class QuietHours:
    """Between two times of the clock, every day; over midnight when `starts` is the later one."""

    starts: time
    ends: time

    def cover(self, moment: datetime, zone: ZoneInfo) -> bool:
        clock = moment.astimezone(zone).time()
        if self.starts <= self.ends:
            return self.starts <= clock < self.ends
        return clock >= self.starts or clock < self.ends

    def end_after(self, moment: datetime, zone: ZoneInfo) -> datetime:
        """Return the first time after `moment`, which they cover, that they do not."""
        today = moment.astimezone(zone).date()
        ends = (moment_of(day, self.ends, zone, fold=fold) for day in _days(today, 3) for fold in (0, 1))
        return min(end for end in ends if end > moment and not self.cover(end, zone))


def moment_of(day: date, clock: time, zone: ZoneInfo, *, fold: int = 0) -> datetime:
    """Return the moment (UTC) at which the clocks of `zone` show this; `fold` 1: for the second time."""
    return datetime.combine(day, clock.replace(fold=fold), zone).astimezone(UTC)


def _days(first: date, count: int) -> Iterable[date]:
    return (first + timedelta(days=number) for number in range(count))
