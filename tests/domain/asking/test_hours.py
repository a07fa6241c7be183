"""When a person can be reached, by their own clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from api_schema.push_payloads import PushKind, PushUrgency
from backend.domain.asking.hours import OUT_OF_SIGHT, Hours
from backend.domain.asking.shift_cycle import DaysOff, QuietHours, Shift, ShiftCycle, Span

LONDON = ZoneInfo("Europe/London")
ZONES = ["Europe/London", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia"]
MONDAY = date(2026, 11, 23)
NIGHTS = ShiftCycle(tuple(Shift(day, time(22), time(6)) for day in range(7)))


def utc(day: int, hour: int, minute: int = 0, *, month: int = 11, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def ask_push(hours: Hours, now: datetime) -> datetime:
    return hours.push_at(now, PushUrgency.HIGH, PushKind.ASK)


class TestShiftBeganAt:
    @pytest.mark.parametrize(
        ("moment", "expected"),
        [
            (utc(23, 8), utc(23, 8)),
            (utc(23, 16, 59), utc(23, 8)),
            (utc(23, 17), None),
            (utc(22, 10), None),  # a Sunday
            (utc(6, 7, 30, month=7), utc(6, 7, month=7)),  # summer time
        ],
    )
    def test_is_an_office_week_by_their_own_clock_until_they_say_otherwise(
        self, moment: datetime, expected: datetime | None
    ) -> None:
        assert Hours(LONDON).shift_began_at(moment) == expected

    def test_belongs_to_the_day_a_night_shift_began(self) -> None:
        after_midnight = utc(24, 3)  # Tuesday
        mondays = Hours(LONDON, ShiftCycle((Shift(0, time(22), time(6)),)))
        tuesdays = Hours(LONDON, ShiftCycle((Shift(1, time(22), time(6)),)))

        assert mondays.shift_began_at(after_midnight) == utc(23, 22)
        assert tuesdays.shift_began_at(after_midnight) is None

    @pytest.mark.parametrize(("day", "works"), [(23, True), (26, True), (27, False), (30, False), (1, True)])
    def test_counts_four_on_and_four_off_from_the_first_day_of_the_cycle(self, day: int, *, works: bool) -> None:
        four_on = tuple(Shift(day, time(7), time(19)) for day in range(4))
        hours = Hours(LONDON, ShiftCycle(four_on, days_count=8, starts_on=MONDAY))

        assert hours.is_on_shift(utc(day, 12, month=12 if day == 1 else 11)) is works

    def test_counts_backwards_too_from_a_cycle_that_begins_later(self) -> None:
        hours = Hours(LONDON, ShiftCycle((Shift(0, time(7), time(19)),), days_count=2, starts_on=MONDAY))

        assert hours.is_on_shift(utc(21, 12))
        assert not hours.is_on_shift(utc(22, 12))

    def test_tells_the_shifts_of_one_day_apart(self) -> None:
        split = Hours(LONDON, ShiftCycle((Shift(0, time(6), time(10)), Shift(0, time(16), time(20)))))

        assert split.shift_began_at(utc(23, 9)) == utc(23, 6)
        assert split.shift_began_at(utc(23, 12)) is None
        assert split.shift_began_at(utc(23, 17)) == utc(23, 16)

    def test_is_a_day_and_a_night_long_when_it_ends_when_it_starts(self) -> None:
        fire_watch = Hours(LONDON, ShiftCycle((Shift(0, time(8), time(8)),)))

        assert fire_watch.shift_began_at(utc(24, 7, 59)) == utc(23, 8)
        assert fire_watch.shift_began_at(utc(24, 8)) is None

    def test_is_none_on_a_holiday_whose_night_the_shift_before_still_runs_into(self) -> None:
        hours = Hours(LONDON, NIGHTS, days_off=(DaysOff(date(2026, 11, 24), date(2026, 11, 24)),))

        assert hours.shift_began_at(utc(24, 3)) == utc(23, 22)  # Monday's night
        assert hours.shift_began_at(utc(24, 23)) is None
        assert hours.shift_began_at(utc(25, 3)) is None
        assert hours.shift_began_at(utc(25, 22)) == utc(25, 22)

    def test_is_that_of_a_turn_of_duty_on_a_holiday_too(self) -> None:
        hours = Hours(LONDON, days_off=(DaysOff(MONDAY, MONDAY),), duty=(Span(utc(23, 6), utc(23, 20)),))

        assert hours.shift_began_at(utc(23, 10)) == utc(23, 6)
        assert hours.shift_began_at(utc(23, 20)) is None


class TestClocksThatArePutForwardAndBack:
    """In London on 29 March 2026 at 01:00, and back on 25 October at 02:00; in New York and on Lord Howe likewise."""

    @pytest.mark.parametrize(
        ("zone", "evening", "length_hours"),
        [
            ("Europe/London", date(2026, 3, 28), 7.0),
            ("Europe/London", date(2026, 10, 24), 9.0),
            ("America/New_York", date(2026, 3, 7), 7.0),
            ("America/New_York", date(2026, 10, 31), 9.0),
            ("Australia/Lord_Howe", date(2026, 4, 4), 8.5),
            ("Australia/Lord_Howe", date(2026, 10, 3), 7.5),
        ],
    )
    def test_a_night_shift_is_as_long_as_it_truly_is(self, zone: str, evening: date, length_hours: float) -> None:
        span = Shift(0, time(22), time(6)).on(evening, ZoneInfo(zone))

        assert span.ends_at - span.begins_at == timedelta(hours=length_hours)

    def test_a_shift_at_a_time_that_does_not_exist_begins_as_much_later_as_the_clock_skipped(self) -> None:
        hours = Hours(LONDON, ShiftCycle((Shift(6, time(1, 30), time(9)),)))  # Sundays

        assert hours.shift_began_at(utc(29, 2, month=3)) == utc(29, 1, 30, month=3)  # 02:30 on the wall

    def test_a_shift_at_a_time_that_exists_twice_begins_at_the_first(self) -> None:
        hours = Hours(LONDON, ShiftCycle((Shift(6, time(1, 30), time(9)),)))

        assert hours.shift_began_at(utc(25, 1, 45, month=10)) == utc(25, 0, 30, month=10)
        assert hours.shift_began_at(utc(25, 8, 59, month=10)) == utc(25, 0, 30, month=10)
        assert hours.shift_began_at(utc(25, 9, month=10)) is None

    def test_a_shift_that_would_end_before_it_begins_is_not_worked_that_night(self) -> None:
        hours = Hours(LONDON, ShiftCycle((Shift(6, time(1, 30), time(2, 15)),)))

        assert list(hours.cycle.spans_on(date(2026, 3, 29), LONDON)) == []
        assert hours.next_shift_at(utc(28, 12, month=3)) == utc(5, 0, 30, month=4)

    def test_quiet_hours_that_end_at_a_time_that_exists_twice_are_quiet_twice(self) -> None:
        hours = Hours(LONDON, NIGHTS, QuietHours(time(22), time(1, 30)))

        assert hours.is_quiet(utc(25, 0, 15, month=10))  # 01:15, for the first time
        assert not hours.is_quiet(utc(25, 0, 45, month=10))
        assert hours.is_quiet(utc(25, 1, 15, month=10))  # 01:15, for the second time
        assert ask_push(hours, utc(25, 1, 15, month=10)) == utc(25, 1, 30, month=10)

    def test_quiet_hours_that_end_at_a_time_that_does_not_exist_end_after_it(self) -> None:
        hours = Hours(LONDON, NIGHTS, QuietHours(time(22), time(1, 30)))

        assert ask_push(hours, utc(29, 0, 15, month=3)) == utc(29, 1, 30, month=3)  # 02:30 on the wall


class TestNextShiftAt:
    def test_is_the_next_morning(self) -> None:
        assert Hours(LONDON).next_shift_at(utc(23, 10)) == utc(24, 8)

    def test_leaps_the_weekend_and_a_holiday(self) -> None:
        hours = Hours(LONDON, days_off=(DaysOff(date(2026, 11, 30), date(2026, 12, 1)),))

        assert hours.next_shift_at(utc(27, 17)) == utc(2, 8, month=12)

    def test_is_a_turn_of_duty_that_comes_earlier(self) -> None:
        hours = Hours(LONDON, duty=(Span(utc(23, 20), utc(24, 2)),))

        assert hours.next_shift_at(utc(23, 18)) == utc(23, 20)

    def test_is_unknown_for_somebody_who_has_no_shift(self) -> None:
        assert Hours(LONDON, ShiftCycle(())).next_shift_at(utc(23, 10)) is None


class TestPushAt:
    def test_is_now_on_shift(self) -> None:
        assert ask_push(Hours(LONDON), utc(23, 10)) == utc(23, 10)

    def test_waits_at_the_start_of_the_next_shift(self) -> None:
        assert ask_push(Hours(LONDON), utc(27, 18)) == utc(30, 8)

    def test_waits_until_a_busy_person_is_free(self) -> None:
        busy = Hours(LONDON, busy_until=utc(23, 11))

        assert ask_push(busy, utc(23, 10)) == utc(23, 11)

    def test_waits_for_the_next_shift_when_the_busy_person_goes_home_first(self) -> None:
        busy = Hours(LONDON, busy_until=utc(23, 18))

        assert ask_push(busy, utc(23, 10)) == utc(24, 8)

    def test_waits_for_the_end_of_quiet_hours_in_a_shift(self) -> None:
        hours = Hours(LONDON, NIGHTS, QuietHours(time(0), time(5)))

        assert ask_push(hours, utc(24, 2)) == utc(24, 5)

    def test_is_far_off_for_somebody_whose_quiet_hours_cover_every_shift(self) -> None:
        hours = Hours(LONDON, NIGHTS, QuietHours(time(21), time(7)))

        assert ask_push(hours, utc(24, 2)) == utc(24, 2) + OUT_OF_SIGHT

    def test_never_delays_safety_for_somebody_on_shift(self) -> None:
        hours = Hours(LONDON, quiet=QuietHours(time(9), time(11)), busy_until=utc(23, 15))

        assert hours.push_at(utc(23, 10), PushUrgency.SAFETY, PushKind.ASK) == utc(23, 10)

    def test_never_delays_safety_for_somebody_on_duty(self) -> None:
        hours = Hours(LONDON, quiet=QuietHours(time(21), time(7)), duty=(Span(utc(24, 0), utc(24, 6)),))

        assert hours.push_at(utc(24, 2), PushUrgency.SAFETY, PushKind.DUTY) == utc(24, 2)

    def test_lets_others_sleep_whatever_the_urgency(self) -> None:
        assert Hours(LONDON).push_at(utc(24, 2), PushUrgency.SAFETY, PushKind.ASK) == utc(24, 8)

    @pytest.mark.parametrize("kind", [PushKind.ANSWER, PushKind.CLAIMED, PushKind.CLIP_REJECTED, PushKind.DUE])
    def test_tells_an_asker_at_once_who_works_late(self, kind: PushKind) -> None:
        hours = Hours(LONDON, quiet=QuietHours(time(21), time(7)), asked_at=utc(23, 22))

        assert hours.push_at(utc(24, 1, 59), PushUrgency.HIGH, kind) == utc(24, 1, 59)

    def test_tells_an_asker_in_the_morning_who_asked_four_hours_ago(self) -> None:
        hours = Hours(LONDON, asked_at=utc(23, 22))

        assert hours.push_at(utc(24, 2), PushUrgency.HIGH, PushKind.ANSWER) == utc(24, 8)

    def test_asks_nobody_off_shift_because_they_asked_themselves(self) -> None:
        hours = Hours(LONDON, asked_at=utc(23, 22))

        assert ask_push(hours, utc(23, 23)) == utc(24, 8)

    def test_sends_a_test_to_whoever_asked_for_it(self) -> None:
        assert Hours(LONDON).push_at(utc(22, 3), PushUrgency.NORMAL, PushKind.TEST) == utc(22, 3)


clock_times = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
moments = st.integers(0, 2 * 365 * 24 * 60).map(lambda minutes: utc(1, 0, month=1) + timedelta(minutes=minutes))
quiet_hours = st.builds(QuietHours, clock_times, clock_times)


@st.composite
def all_hours(draw: st.DrawFn) -> Hours:
    days_count = draw(st.integers(1, 15))
    shifts = draw(st.lists(st.builds(Shift, st.integers(0, days_count - 1), clock_times, clock_times), max_size=6))
    first = draw(st.dates(date(2026, 1, 1), date(2027, 12, 31)))
    begins = draw(moments)
    return Hours(
        zone=ZoneInfo(draw(st.sampled_from(ZONES))),
        cycle=ShiftCycle(tuple(shifts), days_count, draw(st.dates(date(2025, 1, 1), date(2027, 1, 1)))),
        quiet=draw(st.none() | quiet_hours),
        busy_until=draw(st.none() | moments),
        days_off=(DaysOff(first, first + timedelta(days=draw(st.integers(0, 20)))),),
        duty=(Span(begins, begins + timedelta(minutes=draw(st.integers(1, 3000)))),),
    )


class TestAnyHours:
    @given(hours=all_hours(), now=moments)
    @settings(deadline=None)
    def test_a_shift_began_in_the_past_and_not_longer_ago_than_a_day_or_a_turn_of_duty(
        self, hours: Hours, now: datetime
    ) -> None:
        began = hours.shift_began_at(now)

        assert began is None or now - timedelta(hours=50) < began <= now

    @given(hours=all_hours(), now=moments)
    @settings(deadline=None)
    def test_the_next_shift_is_later_and_they_are_on_shift_then(self, hours: Hours, now: datetime) -> None:
        begins = hours.next_shift_at(now)

        assert begins is None or (begins > now and hours.is_on_shift(begins))

    @given(hours=all_hours(), now=moments, kind=st.sampled_from([PushKind.ASK, PushKind.OUTCOME, PushKind.DIGEST]))
    @settings(deadline=None)
    def test_a_push_goes_when_they_may_be_asked_and_never_before_now(
        self, hours: Hours, now: datetime, kind: PushKind
    ) -> None:
        at = hours.push_at(now, PushUrgency.HIGH, kind)

        assert at >= now
        assert at == now + OUT_OF_SIGHT or (hours.may_be_asked(at) and not hours.is_quiet(at))

    @given(hours=all_hours(), now=moments)
    @settings(deadline=None)
    def test_safety_comes_no_later_than_anything_else(self, hours: Hours, now: datetime) -> None:
        assert hours.push_at(now, PushUrgency.SAFETY, PushKind.ASK) <= ask_push(hours, now)

    @given(quiet=quiet_hours, zone=st.sampled_from(ZONES), now=moments)
    @settings(deadline=None)
    def test_quiet_hours_end(self, quiet: QuietHours, zone: str, now: datetime) -> None:
        hours = Hours(ZoneInfo(zone), quiet=quiet)

        end = quiet.end_after(now, hours.zone) if hours.is_quiet(now) else now

        assert not hours.is_quiet(end)
        assert end - now <= timedelta(hours=25)
