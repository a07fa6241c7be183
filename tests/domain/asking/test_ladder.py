"""How a thread climbs its ladder: who is asked next, whose it is meanwhile, and where it ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest

from backend.domain.accounts.models import Person, Site
from backend.domain.actor import Role
from backend.domain.asking.models import Ask, AskRound, Availability, Holiday, Wave
from backend.domain.asking.people import declare_skill, set_availability
from backend.domain.equipment.models import Asset
from backend.domain.equipment.operations import add_asset, add_asset_model
from backend.domain.threads.models import Suggestion, Thread
from backend.domain.threads.states import Urgency
from backend.domain.threads.waiting import fire_due_waves
from backend.outbox.models import OutboxEvent
from tests import cast
from tests.domain.asking.peers import (
    MONDAY,
    SATURDAY,
    asked_about,
    climb_until,
    community_of,
    fire,
    is_on_duty,
    knows,
    owner_of,
    pushes,
)


def waves_of(thread: Thread) -> list[tuple[str, str]]:
    waves = Wave.objects.filter(round__thread_id=thread.pk).order_by("number")
    return [(wave.audience, wave.status) for wave in waves]


class TestEveryRung:
    def test_of_a_waiting_customer_comes_in_its_time(
        self, thread: Thread, peers: list[Person], asset: Asset, site: Site, now: datetime
    ) -> None:
        ann, bob, cy, di, ed = peers
        community_of(ann, cy, name="Chillers of Leeds", site=site)
        knows(ann, asset, at=now)
        declare_skill(actor=bob.actor, family="air-cooled chiller")
        Availability.objects.create(  # comes too late for wave 1
            organisation=bob.organisation, person=bob, shifts=[{"day": 0, "starts": "10:03", "ends": "17:00"}]
        )
        is_on_duty(di, now=now)

        climb_until(thread, now + timedelta(minutes=60), since=now)

        asks = Ask.objects.filter(round__thread_id=thread.pk).select_related("person", "wave").order_by("asked_at")
        assert [(one.person, (one.asked_at - now).total_seconds() // 60, one.is_silent) for one in asks] == [
            (ann, 0, False),
            (bob, 5, False),
            (cy, 15, True),
            (di, 30, False),
            (ed, 60, False),
        ]

    def test_of_safety_ends_with_a_supervisor_who_owns_it(
        self, owner: Person, peers: list[Person], asset: Asset, site: Site, now: datetime
    ) -> None:
        supervisor = cast.new_person(site, "Sue Supervisor", Role.SUPERVISOR)
        community_of(peers[0], name="All")
        knows(peers[0], asset, at=now)
        thread = asked_about(asset, owner, now, Urgency.SAFETY)

        climb_until(thread, now + timedelta(minutes=15), since=now)

        assert owner_of(thread) == (supervisor, now + timedelta(hours=1))
        assert [push["urgency"] for push in pushes("duty")] == ["safety"]

    def test_of_what_can_wait_tells_the_community_at_its_next_shift_and_then_the_champion(
        self, owner: Person, peers: list[Person], asset: Asset, now: datetime
    ) -> None:
        champion = peers[0]
        community_of(*peers[:2], name="Chillers", family="air-cooled chiller")
        knows(peers[2], asset, at=now)
        thread = asked_about(asset, owner, now, Urgency.CAN_WAIT)

        due = {wave.audience: wave.due_at for wave in Wave.objects.all()}

        assert due["community"] == datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
        assert due["champion"] == now + timedelta(days=1)
        climb_until(thread, now + timedelta(minutes=1), since=now)
        fire_due_waves(now=due["community"])
        fire_due_waves(now=due["champion"])
        assert owner_of(thread)[0] == champion

    def test_of_what_can_wait_waits_for_the_next_shift_when_nobody_works(
        self, owner: Person, peers: list[Person], asset: Asset
    ) -> None:
        knows(peers[0], asset, at=SATURDAY)
        thread = asked_about(asset, owner, SATURDAY, Urgency.CAN_WAIT)

        fire_due_waves(now=SATURDAY)

        assert Ask.objects.count() == 0
        assert Wave.objects.get(number=1).due_at == MONDAY
        assert owner_of(thread)[0] == owner
        assert fire_due_waves(now=MONDAY) == 1
        assert Ask.objects.get().person == peers[0]

    def test_of_what_can_wait_waits_for_the_community_though_somebody_works_who_knows_nothing_of_it(
        self, owner: Person, peers: list[Person], asset: Asset
    ) -> None:
        community_of(peers[0], name="Chillers", family="air-cooled chiller")
        set_availability(actor=peers[1].actor, week_days=(6,), shift_starts=time(8), shift_ends=time(17))
        asked_about(asset, owner, SATURDAY, Urgency.CAN_WAIT)

        fire_due_waves(now=SATURDAY)

        assert Wave.objects.get(number=1).due_at == MONDAY


class TestEmptyRungs:
    def test_give_way_at_once_to_the_duty_expert_at_night(
        self, owner: Person, peers: list[Person], asset: Asset
    ) -> None:
        expert = peers[0]
        is_on_duty(expert, now=SATURDAY)
        knows(peers[1], asset, at=SATURDAY)
        thread = asked_about(asset, owner, SATURDAY)

        (one,) = fire(thread, 1, SATURDAY)

        assert (one.person, one.is_silent) == (expert, False)
        assert owner_of(thread)[0] == expert

    def test_begin_anew_at_the_next_shift_when_nobody_was_at_work(
        self, owner: Person, peers: list[Person], asset: Asset
    ) -> None:
        knows(peers[0], asset, at=SATURDAY)
        thread = asked_about(asset, owner, SATURDAY)

        fire(thread, 1, SATURDAY)

        assert {status for _, status in waves_of(thread)[:6]} == {"skipped"}
        assert Wave.objects.get(number=7).due_at == MONDAY
        assert owner_of(thread) == (owner, MONDAY)
        fire_due_waves(now=MONDAY)
        assert Ask.objects.get().person == peers[0]

    def test_begin_anew_only_once(self, owner: Person, asset: Asset) -> None:
        thread = asked_about(asset, owner, SATURDAY)

        fire(thread, 1, SATURDAY)  # there is nobody at all

        assert AskRound.objects.get().status == "unanswered"
        assert len(waves_of(thread)) == 6

    @pytest.mark.parametrize("people_count", [1, 25])
    def test_take_as_many_queries_for_many_people_as_for_few(
        self,
        *,
        owner: Person,
        asset: Asset,
        site: Site,
        people_count: int,
        django_assert_num_queries: Callable[..., object],
    ) -> None:
        for number in range(people_count):
            cast.new_person(site, f"P{number} Peer")
        thread = asked_about(asset, owner, SATURDAY)

        with django_assert_num_queries(63):  # type: ignore[attr-defined]  # all six rungs, and the ladder anew
            fire(thread, 1, SATURDAY)


class TestLateWaves:
    def test_give_those_behind_them_the_time_of_the_ladder(
        self, thread: Thread, peers: list[Person], asset: Asset, now: datetime
    ) -> None:
        knows(peers[0], asset, at=now)
        an_hour_late = now + timedelta(hours=1)

        fire_due_waves(now=an_hour_late)

        assert Ask.objects.count() == 1
        assert Wave.objects.get(number=2).due_at == an_hour_late + timedelta(minutes=5)


class TestOneBrokenThread:
    def test_does_not_hold_up_the_others(
        self, owner: Person, peers: list[Person], outsider: Person, asset: Asset, now: datetime
    ) -> None:
        whole = asked_about(asset, owner, now)
        other_site = cast.new_site(outsider.organisation, "Goole yard")
        Person.objects.filter(pk=outsider.pk).update(time_zone="Mars/Olympus")
        model = add_asset_model(organisation=outsider.organisation, make="M", name="N", family="boiler")
        other = add_asset(asset_model=model, site=other_site, tag="B-1", serial_number="1")
        asked_about(other, cast.new_person(other_site, "Otis Other"), now - timedelta(minutes=1))
        knows(peers[0], asset, at=now)

        with pytest.raises(ExceptionGroup, match="1 of 2 could not be looked after"):
            fire_due_waves(now=now)

        assert Ask.objects.get().round.thread_id == whole.pk


class TestGapList:
    def test_is_where_a_thread_ends_that_nobody_answered(
        self, thread: Thread, peers: list[Person], asset: Asset, site: Site, now: datetime
    ) -> None:
        supervisor = cast.new_person(site, "Sue Supervisor", Role.SUPERVISOR)
        knows(peers[0], asset, at=now)

        climb_until(thread, now + timedelta(hours=4), since=now)

        assert (thread.status, AskRound.objects.get().status) == ("asked", "unanswered")
        assert owner_of(thread) == (supervisor, datetime(2026, 11, 24, 8, 0, tzinfo=UTC))
        (told,) = pushes("due")
        assert told["recipient_id"] == str(thread.asker_id)
        assert told["body"] == (
            "Everybody who could know was asked. Sue Supervisor looks after it, at the latest on Tuesday. "
            "A late answer still reaches you."
        )

    def test_goes_to_whoever_works_before_a_week_is_over(
        self, thread: Thread, peers: list[Person], asset: Asset, site: Site, now: datetime
    ) -> None:
        champion, away = peers[0], cast.new_person(site, "Al Away", Role.SUPERVISOR)
        community_of(champion, peers[1], name="Chillers")
        supervisor = cast.new_person(site, "Sue Supervisor", Role.SUPERVISOR)
        knows(peers[1], asset, at=now)
        for person in (champion, away):
            Holiday.objects.create(
                organisation=site.organisation,
                person=person,
                first_date=date(2026, 11, 20),
                last_date=date(2027, 5, 20),
            )

        fire(thread, 1, now)
        Wave.objects.exclude(number=1).exclude(audience="gap_list").delete()
        fire_due_waves(now=now + timedelta(hours=4))

        assert owner_of(thread) == (supervisor, datetime(2026, 11, 24, 8, 0, tzinfo=UTC))

    def test_says_the_date_when_a_week_day_would_be_taken_for_an_earlier_one(
        self, thread: Thread, peers: list[Person], asset: Asset, site: Site, now: datetime
    ) -> None:
        cast.new_person(site, "Sue Supervisor", Role.SUPERVISOR)
        knows(peers[0], asset, at=now)
        Holiday.objects.create(
            organisation=site.organisation, first_date=date(2026, 11, 24), last_date=date(2026, 12, 6)
        )

        fire(thread, 1, now)
        Wave.objects.exclude(number=1).exclude(audience="gap_list").delete()
        fire_due_waves(now=now + timedelta(hours=4))

        assert "at the latest on Monday 7 December." in str(pushes("due")[0]["body"])

    def test_is_left_by_a_late_answer(
        self, thread: Thread, peers: list[Person], answer: Callable[..., Suggestion], asset: Asset, now: datetime
    ) -> None:
        knows(peers[0], asset, at=now)
        climb_until(thread, now + timedelta(hours=4), since=now)

        answer(peers[0])

        thread.refresh_from_db()
        assert (thread.status, AskRound.objects.get().status) == ("answered", "answered")
        assert owner_of(thread)[0] == thread.asker
        taken_back = OutboxEvent.objects.filter(name="push.cancelled").values_list("payload__kind", flat=True)
        assert set(taken_back) == {"ask", "duty", "due"}  # "Nobody has answered yet", too
