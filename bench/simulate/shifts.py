"""The world's own truth of working hours, worked out apart from the product's, so that the two can disagree."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

_A_DAY = timedelta(days=1)
_MONDAY = date(2024, 1, 1)
QUIET = (time(12, 0), time(12, 45))

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Pattern:
    """Shifts over a cycle: (day, starts, ends), local; one that ends earlier than it starts crosses midnight."""

    name: str
    cycle_days: int
    cycle_starts_on: date
    shifts: tuple[tuple[int, time, time], ...]


@dataclass(frozen=True)
class Leave:
    """Days off, both inclusive, in the person's own calendar."""

    first_date: date
    last_date: date


def _week(name: str, starts: int, ends: int) -> Pattern:
    return Pattern(name, 7, _MONDAY, tuple((day, time(starts), time(ends)) for day in range(5)))


def _four_on(name: str, starts: int, ends: int, offset: int) -> Pattern:
    first = _MONDAY + timedelta(days=offset)
    return Pattern(name, 8, first, tuple((day, time(starts), time(ends)) for day in range(4)))


# Service firms work days; plants run round the clock. (pattern, share of people)
PATTERNS: tuple[tuple[Pattern, float], ...] = (
    (_week("days", 8, 17), 0.52),
    (_week("early days", 7, 16), 0.13),
    (_week("lates", 14, 22), 0.08),
    (_week("nights", 22, 6), 0.07),
    (_four_on("four on, four off, days A", 7, 19, 0), 0.05),
    (_four_on("four on, four off, days B", 7, 19, 4), 0.05),
    (_four_on("four on, four off, nights A", 19, 7, 0), 0.05),
    (_four_on("four on, four off, nights B", 19, 7, 4), 0.05),
)


def choose_pattern(rng: Random) -> Pattern:
    """Return a pattern, as often as its share says."""
    patterns, shares = zip(*PATTERNS, strict=True)
    chosen: Pattern = rng.choices(patterns, shares)[0]
    return chosen


class Hours:
    """When one person is at work between two days, in UTC."""

    def __init__(
        self, pattern: Pattern, zone: str, leaves: list[Leave], *, quiet: bool, first: date, days: int
    ) -> None:
        self._zone = ZoneInfo(zone)
        self._quiet = quiet
        dates = [first + index * _A_DAY for index in range(-1, days + 1)]
        at_work = [day for day in dates if not any(leave.first_date <= day <= leave.last_date for leave in leaves)]
        self.spans: list[Span] = sorted(span for day in at_work for span in _spans(pattern, self._zone, day))
        self._begins = [begin for begin, _ in self.spans]

    def shift_at(self, at: datetime) -> Span | None:
        """Return the shift that runs at `at`, or None."""
        index = bisect_right(self._begins, at) - 1
        if index >= 0 and at < self.spans[index][1]:
            return self.spans[index]
        return None

    def is_quiet(self, at: datetime) -> bool:
        return self._quiet and QUIET[0] <= at.astimezone(self._zone).time() < QUIET[1]

    def local(self, at: datetime) -> datetime:
        return at.astimezone(self._zone)


def _spans(pattern: Pattern, zone: ZoneInfo, day: date) -> list[Span]:
    index = (day - pattern.cycle_starts_on).days % pattern.cycle_days
    return [_span(zone, day, starts, ends) for on, starts, ends in pattern.shifts if on == index]


def _span(zone: ZoneInfo, day: date, starts: time, ends: time) -> Span:
    last = day if ends > starts else day + _A_DAY
    return datetime.combine(day, starts, zone).astimezone(UTC), datetime.combine(last, ends, zone).astimezone(UTC)
