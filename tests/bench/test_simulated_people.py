"""The simulated people: seeded, at work when their shifts say so, and tired by too many pushes."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
import simpy

from bench.simulate.behaviour import Act, Told, react
from bench.simulate.community import Answer, Community, Push, Record
from bench.simulate.measures import first_useful_times, gini, measure
from bench.simulate.parameters import Parameters
from bench.simulate.peers import everybody_on_shift, followers_of_the_tag, run_group
from bench.simulate.shifts import Hours, Leave, Pattern
from bench.simulate.world import World

DAYS = Pattern("days", 7, date(2024, 1, 1), tuple((day, time(8), time(17)) for day in range(5)))
NIGHTS = Pattern("nights", 7, date(2024, 1, 1), tuple((day, time(22), time(6)) for day in range(5)))


def small_world(**changes: object) -> World:
    """Return thirty people for two days."""
    return World(replace(Parameters(people=30, days=2), **changes))  # type: ignore[arg-type]


def hours_in_march(pattern: Pattern, *, zone: str = "Europe/London", leaves: list[Leave] | None = None) -> Hours:
    return Hours(pattern, zone, leaves or [], quiet=True, first=date(2026, 3, 2), days=40)


class TestHours:
    def test_keep_to_the_clock_on_the_wall_when_it_changes(self) -> None:
        hours = hours_in_march(DAYS)

        before = hours.shift_at(datetime(2026, 3, 27, 9, 0, tzinfo=UTC))
        after = hours.shift_at(datetime(2026, 3, 30, 9, 0, tzinfo=UTC))

        assert before is not None
        assert before[0] == datetime(2026, 3, 27, 8, 0, tzinfo=UTC)
        assert after is not None
        assert after[0] == datetime(2026, 3, 30, 7, 0, tzinfo=UTC)

    def test_of_a_night_shift_cross_midnight(self) -> None:
        hours = hours_in_march(NIGHTS)

        assert hours.shift_at(datetime(2026, 3, 3, 5, 59, tzinfo=UTC)) is not None
        assert hours.shift_at(datetime(2026, 3, 3, 6, 0, tzinfo=UTC)) is None

    def test_leave_out_days_of_leave(self) -> None:
        hours = hours_in_march(DAYS, leaves=[Leave(date(2026, 3, 4), date(2026, 3, 4))])

        assert hours.shift_at(datetime(2026, 3, 4, 10, 0, tzinfo=UTC)) is None
        assert hours.shift_at(datetime(2026, 3, 5, 10, 0, tzinfo=UTC)) is not None

    def test_are_quiet_at_lunch_for_those_who_want_it(self) -> None:
        hours = hours_in_march(DAYS)

        assert hours.is_quiet(datetime(2026, 3, 4, 12, 44, tzinfo=UTC))
        assert not hours.is_quiet(datetime(2026, 3, 4, 12, 45, tzinfo=UTC))


class TestWorld:
    def test_is_the_same_for_the_same_seed_and_another_for_another(self) -> None:
        assert small_world().faults == small_world().faults
        assert small_world().faults != small_world(seed=6).faults

    def test_lets_nobody_ask_what_they_know_or_when_they_are_not_at_work(self) -> None:
        world = small_world(days=10)

        askers = [(world.people[fault.asker], fault) for fault in world.faults]

        assert len(askers) > 20
        assert not any(world.knows(human, fault.machine, fault.code) for human, fault in askers)
        assert all(human.hours.shift_at(fault.at) for human, fault in askers)

    def test_has_somebody_on_duty_for_a_family_at_every_hour(self) -> None:
        world = small_world()
        champion = world.champions(0)[0]

        assert world.is_on_duty(champion, datetime(2026, 3, 2, 3, 0, tzinfo=UTC))
        assert world.may_be_pushed(champion, datetime(2026, 3, 2, 3, 0, tzinfo=UTC), is_safety=False)


class TestReact:
    def test_answers_less_the_more_are_seen_to_be_asked(self) -> None:
        world = World(Parameters(people=200, days=5))
        alone = Told(36000.0, visible_count=1, by_name=True, is_silent=False, attention=1.0, knows=True)

        def answers(told: Told) -> int:
            reactions = (react(world, fault, human, told) for fault in world.faults for human in world.people[:20])
            return sum(one is not None and one.act in {Act.ANSWER, Act.CLAIM_AND_ANSWER} for one in reactions)

        assert answers(replace(alone, visible_count=5)) / answers(alone) == pytest.approx(5**-0.24, abs=0.03)

    def test_sees_no_push_when_pushes_are_switched_off_but_may_look_into_the_inbox(self) -> None:
        world = small_world(days=10, inbox_share=0.0)
        muted = Told(36000.0, visible_count=1, by_name=True, is_silent=False, attention=0.0, knows=True)

        reactions = [react(world, fault, world.people[0], muted) for fault in world.faults]

        assert set(reactions) == {None}


class TestCommunity:
    def test_switches_pushes_off_after_too_many_in_a_week(self) -> None:
        world = small_world(mutes_share=1.0, mutes_above_per_week=3)
        community = Community(world, simpy.Environment())

        attentions = []
        for _ in range(5):
            attentions.append(community._attention(world.people[0]))
            community._pushed[0].append(0.0)

        assert attentions == [1.0, 1.0, 1.0, 0.0, 0.0]


class TestPeers:
    def test_pushes_a_broadcast_to_people_at_work_only_and_a_tag_to_followers_at_any_hour(self) -> None:
        world = small_world(quiet_share=0.0)

        broadcast = measure(world, run_group(world, everybody_on_shift))
        tag = measure(world, run_group(world, followers_of_the_tag))

        assert broadcast.outside_share == 0.0
        assert tag.outside_share > 0.3
        assert broadcast.pushes_count == sum(len(everybody_on_shift(world, fault)) for fault in world.faults)


class TestMeasure:
    def test_counts_the_first_answer_that_helped_within_the_askers_patience(self) -> None:
        world = small_world()
        first, second = world.faults[0], world.faults[1]
        asked_s = (first.at - world.parameters.starts_at).total_seconds()
        late_s = (second.at - world.parameters.starts_at).total_seconds() + 97 * 3600
        record = Record(
            pushes=[Push(asked_s, 0, 1, is_outside=False), Push(asked_s, 0, 2, is_outside=True)],
            answers=[
                Answer(asked_s + 60, 0, 1, is_useful=False),
                Answer(asked_s + 120, 0, 2, is_useful=True),
                Answer(asked_s + 180, 0, 3, is_useful=True),
                Answer(late_s, 1, 3, is_useful=True),
            ],
        )

        times, measures = first_useful_times(world, record), measure(world, record)

        assert times[0] == pytest.approx(120)
        assert times[1] == float("inf")
        assert measures.pushes_per_answered == 2.0
        assert measures.outside_share == 0.5

    @pytest.mark.parametrize(
        ("counts", "expected"), [([3, 3, 3, 3], 0.0), ([0, 0, 0, 8], 0.75), ([], 0.0), ([0, 0], 0.0), ([1, 3], 0.25)]
    )
    def test_gini_of_the_load(self, counts: list[int], expected: float) -> None:
        assert gini(counts) == pytest.approx(expected)
