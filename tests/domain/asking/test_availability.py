from __future__ import annotations

from datetime import UTC, datetime

import pytest

from backend.domain.accounts.models import Person
from backend.domain.asking.availability import shift_start
from backend.domain.asking.models import Availability


def nights(week_days: list[int]) -> Availability:
    return Availability(shifts=[{"day": day - 1, "starts": "22:00", "ends": "06:00"} for day in week_days])


class TestShiftStart:
    @pytest.mark.parametrize(
        ("moment", "expected"),
        [
            (datetime(2026, 11, 23, 8, 0, tzinfo=UTC), datetime(2026, 11, 23, 8, 0, tzinfo=UTC)),
            (datetime(2026, 11, 23, 16, 59, tzinfo=UTC), datetime(2026, 11, 23, 8, 0, tzinfo=UTC)),
            (datetime(2026, 11, 23, 17, 0, tzinfo=UTC), None),
            (datetime(2026, 11, 22, 10, 0, tzinfo=UTC), None),  # a Sunday
            (datetime(2026, 7, 6, 7, 30, tzinfo=UTC), datetime(2026, 7, 6, 7, 0, tzinfo=UTC)),  # summer time
        ],
    )
    def test_follows_the_persons_own_clock(self, moment: datetime, expected: datetime | None) -> None:
        person = Person(time_zone="Europe/London")

        assert shift_start(person, None, now=moment) == expected

    def test_a_night_shift_belongs_to_the_day_it_began(self) -> None:
        person = Person(time_zone="Europe/London")

        after_midnight = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)  # Tuesday

        assert shift_start(person, nights([1]), now=after_midnight) == datetime(2026, 11, 23, 22, 0, tzinfo=UTC)
        assert shift_start(person, nights([2]), now=after_midnight) is None
