"""What people may say of when they work."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from backend.domain.accounts.models import Person
from backend.domain.asking.models import Availability
from backend.domain.asking.people import declare_skill, own_skills, set_busy_until, withdraw_skill
from backend.domain.asking.shift_cycle import OFFICE_WEEK, QuietHours, Shift, ShiftCycle
from backend.domain.asking.shift_pattern import own_hours, set_quiet_hours, set_shift_pattern, use_office_week
from backend.domain.equipment.models import Asset
from backend.domain.errors import InvalidInput, NotFound

pytestmark = pytest.mark.django_db

EARLY = Shift(0, time(6), time(14))
LATE = Shift(0, time(14), time(22))


def of_days(days_count: int, *shifts: Shift) -> ShiftCycle:
    return ShiftCycle(tuple(shifts), days_count, date(2026, 11, 23))


class TestSetShiftPattern:
    @pytest.mark.parametrize(
        "cycle",
        [
            of_days(7, EARLY, LATE),
            of_days(1, Shift(0, time(8), time(8))),  # day and night, every day
            of_days(366, Shift(365, time(22), time(6))),
            of_days(8, *(Shift(day, time(19), time(7)) for day in range(4))),  # four nights on, four off
        ],
    )
    def test_keeps_cycles_of_any_length(self, owner: Person, cycle: ShiftCycle, now: datetime) -> None:
        set_shift_pattern(actor=owner.actor, cycle=cycle, now=now)

        assert own_hours(actor=owner.actor, now=now).hours.cycle == cycle

    @pytest.mark.parametrize(
        ("cycle", "sentence"),
        [
            (of_days(0, EARLY), "A cycle has 1 to 366 days."),
            (of_days(367, EARLY), "A cycle has 1 to 366 days."),
            (of_days(7), "Name at least one shift; days on which you do not work are holidays."),
            (of_days(7, Shift(7, time(6), time(14))), "Day 7 is not in the cycle: its days are 0 to 6."),
            (of_days(7, Shift(-1, time(6), time(14))), "Day -1 is not in the cycle: its days are 0 to 6."),
            (of_days(7, EARLY, EARLY), "06:00 to 14:00 on day 0 and 06:00 to 14:00 on day 0 overlap."),
            (
                of_days(7, Shift(0, time(22), time(6)), Shift(1, time(5), time(9))),
                "22:00 to 06:00 on day 0 and 05:00 to 09:00 on day 1 overlap.",
            ),
            (
                of_days(7, Shift(6, time(22), time(6)), Shift(0, time(5), time(9))),  # from one cycle into the next
                "22:00 to 06:00 on day 6 and 05:00 to 09:00 on day 0 overlap.",
            ),
            (
                of_days(1, Shift(0, time(8), time(8)), Shift(0, time(9), time(10))),
                "08:00 to 08:00 on day 0 and 09:00 to 10:00 on day 0 overlap.",
            ),
        ],
    )
    def test_says_what_is_wrong_and_keeps_what_was(
        self, owner: Person, cycle: ShiftCycle, sentence: str, now: datetime
    ) -> None:
        with pytest.raises(InvalidInput, match=sentence):
            set_shift_pattern(actor=owner.actor, cycle=cycle, now=now)

        assert own_hours(actor=owner.actor, now=now).hours.cycle == OFFICE_WEEK

    def test_refuses_shifts_of_which_quiet_hours_leave_nothing(self, owner: Person, now: datetime) -> None:
        set_quiet_hours(actor=owner.actor, quiet=QuietHours(time(21), time(7)), now=now)

        with pytest.raises(InvalidInput, match="nobody could ever ask you"):
            set_shift_pattern(actor=owner.actor, cycle=of_days(1, Shift(0, time(22), time(6))), now=now)

    def test_leaves_a_busy_person_busy(self, owner: Person, now: datetime) -> None:
        set_busy_until(actor=owner.actor, until=now + timedelta(hours=1), now=now)

        own = set_shift_pattern(actor=owner.actor, cycle=of_days(7, EARLY), now=now)

        assert own.hours.is_busy(now)
        assert Availability.objects.count() == 1

    def test_can_be_taken_back(self, owner: Person, now: datetime) -> None:
        set_shift_pattern(actor=owner.actor, cycle=of_days(7, LATE), now=now)

        assert use_office_week(actor=owner.actor, now=now).hours.cycle == OFFICE_WEEK


class TestSetQuietHours:
    def test_records_and_clears_them(self, owner: Person, now: datetime) -> None:
        lunch = QuietHours(time(12), time(13))

        recorded = set_quiet_hours(actor=owner.actor, quiet=lunch, now=now).hours
        cleared = set_quiet_hours(actor=owner.actor, quiet=None, now=now).hours

        assert (recorded.quiet, recorded.cycle, cleared.quiet) == (lunch, OFFICE_WEEK, None)

    @pytest.mark.parametrize(
        ("quiet", "sentence"),
        [
            (QuietHours(time(22), time(22)), "Quiet hours end at another time than they start."),
            (QuietHours(time(17), time(16, 59)), ""),
            (QuietHours(time(7), time(18)), "Your quiet hours cover all of your shifts: nobody could ever ask you."),
        ],
    )
    def test_leave_some_of_the_shifts(self, owner: Person, quiet: QuietHours, sentence: str, now: datetime) -> None:
        if not sentence:
            assert set_quiet_hours(actor=owner.actor, quiet=quiet, now=now).hours.quiet == quiet
            return
        with pytest.raises(InvalidInput, match=sentence):
            set_quiet_hours(actor=owner.actor, quiet=quiet, now=now)


class TestSetBusyUntil:
    def test_keeps_asks_away_until_then(self, owner: Person, now: datetime) -> None:
        until = now + timedelta(hours=1)

        own = set_busy_until(actor=owner.actor, until=until, now=now)

        assert [own.hours.may_be_asked(at) for at in (now, until)] == [False, True]

    def test_is_taken_back(self, owner: Person, now: datetime) -> None:
        set_busy_until(actor=owner.actor, until=now + timedelta(hours=1), now=now)

        assert set_busy_until(actor=owner.actor, until=None, now=now).hours.may_be_asked(now)

    @pytest.mark.parametrize(
        ("hours", "sentence"),
        [(0, "This time is over"), (-1, "This time is over"), (24.1, "Nobody is busy for longer than a day")],
    )
    def test_is_within_a_day(self, owner: Person, hours: float, sentence: str, now: datetime) -> None:
        with pytest.raises(InvalidInput, match=sentence):
            set_busy_until(actor=owner.actor, until=now + timedelta(hours=hours), now=now)

        assert not Availability.objects.exists()


class TestSkills:
    def test_are_spelt_as_the_machines_are(self, owner: Person, asset: Asset) -> None:
        skill = declare_skill(actor=owner.actor, family=" Air cooled CHILLER ")

        assert skill.family == asset.asset_model.family == "air-cooled chiller"

    def test_may_be_of_machines_that_are_not_there_yet(self, owner: Person) -> None:
        assert declare_skill(actor=owner.actor, family="Absorption  chiller").family == "Absorption chiller"

    def test_are_declared_once(self, owner: Person, asset: Asset) -> None:
        first = declare_skill(actor=owner.actor, family="air-cooled chiller")
        again = declare_skill(actor=owner.actor, family="Air-Cooled Chiller")

        assert first == again
        assert own_skills(actor=owner.actor).count() == 1

    def test_have_a_name(self, owner: Person) -> None:
        with pytest.raises(InvalidInput, match="Name a family of machines"):
            declare_skill(actor=owner.actor, family=" - ")

    def test_are_withdrawn_by_their_person_only(self, owner: Person, colleague: Person) -> None:
        skill = declare_skill(actor=owner.actor, family="chiller")

        with pytest.raises(NotFound):
            withdraw_skill(actor=colleague.actor, skill_id=skill.pk)
        withdraw_skill(actor=owner.actor, skill_id=skill.pk)

        assert not own_skills(actor=owner.actor).exists()
