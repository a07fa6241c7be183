"""Rungs that name one person: whose the thread is from then on, and how loudly they hear of it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from backend.domain.accounts.models import Organisation, Person, Site
from backend.domain.actor import Role
from backend.domain.asking.models import Ask, AskStatus, Availability, Holiday, Wave
from backend.domain.equipment.models import Asset
from backend.domain.threads.models import Thread
from backend.domain.threads.states import Urgency
from backend.domain.threads.waiting import fire_due_waves, look_after_due_threads
from tests import cast
from tests.domain.asking.peers import (
    asked_about,
    climb_until,
    community_of,
    fire,
    is_on_duty,
    knows,
    owner_of,
    pushes,
    say,
)

HALF_AN_HOUR = timedelta(minutes=30)
FOUR_HOURS = timedelta(hours=4)


def loudness(person: Person) -> list[bool]:
    """Return of each time that this person was told that it is theirs, whether it was in silence."""
    return [bool(push["is_silent"]) for push in pushes("duty") if push["recipient_id"] == str(person.pk)]


class TestNamedRungs:
    def test_the_expert_of_the_most_specific_community_comes_first(
        self, thread: Thread, peers: list[Person], site: Site, now: datetime
    ) -> None:
        ann, bob, cy, di, _ = peers
        family, here = "air-cooled chiller", site
        is_on_duty(ann, now=now)
        is_on_duty(bob, now=now, community=community_of(bob, name="Chillers", family=family))
        is_on_duty(cy, now=now, community=community_of(cy, name="Chillers here", family=family, site=here))
        is_on_duty(di, now=now, community=community_of(di, name="Boilers", family="boiler"))
        Wave.objects.filter(number__in=[1, 2, 3]).delete()

        (one,) = fire(thread, 4, now + timedelta(minutes=30))

        assert (one.person, one.reason) == (cy, "you are the expert on duty and nobody has answered yet")
        assert owner_of(thread) == (cy, now + timedelta(minutes=60))

    def test_whoever_was_asked_before_is_told_and_not_asked_again(
        self, thread: Thread, peers: list[Person], asset: Asset, now: datetime
    ) -> None:
        knows(peers[0], asset, at=now)
        is_on_duty(peers[0], now=now)

        climb_until(thread, now + timedelta(minutes=30), since=now)

        assert Ask.objects.filter(person=peers[0]).count() == 1
        (push,) = pushes("duty")
        assert (push["recipient_id"], push["is_silent"]) == (str(peers[0].pk), False)
        assert push["title"] == "It is yours now: Olive Owner asks: E4 on CHL-A, Leeds depot"
        assert owner_of(thread)[0] == peers[0]

    def test_whoever_declined_is_not_named(
        self, thread: Thread, peers: list[Person], asset: Asset, now: datetime
    ) -> None:
        knows(peers[0], asset, at=now)
        knows(peers[1], asset, at=now)
        is_on_duty(peers[0], now=now)
        asks = {one.person: one for one in fire(thread, 1, now)}

        say(asks[peers[0]], AskStatus.BUSY, now)
        climb_until(thread, now + timedelta(minutes=30), since=now + timedelta(minutes=1))

        assert pushes("duty") == []
        assert owner_of(thread)[0] != peers[0]

    def test_over_budget_or_in_quiet_hours_they_own_it_in_silence(
        self, thread: Thread, peers: list[Person], now: datetime
    ) -> None:
        expert = peers[0]
        is_on_duty(expert, now=now)
        Availability.objects.create(
            organisation=expert.organisation, person=expert, shifts=[], quiet_starts=time(9), quiet_ends=time(12)
        )
        Wave.objects.filter(number__in=[1, 2, 3]).delete()

        (one,) = fire(thread, 4, now + timedelta(minutes=30))

        assert (one.person, one.is_silent) == (expert, True)
        assert [push["is_silent"] for push in pushes("duty")] == [True]
        assert owner_of(thread)[0] == expert

    def test_one_who_left_does_not_stay_the_owner(self, thread: Thread, peers: list[Person], now: datetime) -> None:
        expert = peers[0]
        is_on_duty(expert, now=now)
        Wave.objects.filter(number__in=[1, 2, 3]).delete()
        fire(thread, 4, now + timedelta(minutes=30))
        Person.objects.filter(pk=expert.pk).update(is_active=False)

        look_after_due_threads(now=now + timedelta(minutes=60))

        assert owner_of(thread)[0] == thread.asker

    def test_a_supervisor_who_is_away_for_months_is_named_after_one_who_is_not(
        self, owner: Person, site: Site, asset: Asset, now: datetime
    ) -> None:
        away, here = (cast.new_person(site, name, Role.SUPERVISOR) for name in ("Al Away", "Sue Supervisor"))
        Holiday.objects.create(
            organisation=site.organisation, person=away, first_date=date(2026, 11, 1), last_date=date(2027, 5, 1)
        )
        thread = asked_about(asset, owner, now, Urgency.MACHINE_DOWN)

        Wave.objects.exclude(audience="supervisor").delete()
        fire_due_waves(now=now + HALF_AN_HOUR)

        assert owner_of(thread)[0] == here

    def test_while_the_asker_was_removed_it_is_a_supervisors(
        self, thread: Thread, peers: list[Person], site: Site, asset: Asset, now: datetime
    ) -> None:
        sue = cast.new_person(site, "Sue Supervisor", Role.SUPERVISOR)
        knows(peers[0], asset, at=now)
        Person.objects.filter(pk=thread.asker_id).update(is_active=False)

        fire(thread, 1, now)

        assert owner_of(thread)[0] == sue


class TestWhoeverIsNamedTwice:
    """The expert on duty who is the supervisor, too."""

    @pytest.fixture
    def sue(self, thread: Thread, peers: list[Person], site: Site, asset: Asset, now: datetime) -> Person:
        """Nobody else but one peer was asked before."""
        knows(peers[0], asset, at=now)
        fire(thread, 1, now)
        Wave.objects.filter(number__in=[2, 3, 5]).delete()
        person = cast.new_person(site, "Sue Supervisor", Role.SUPERVISOR)
        is_on_duty(person, now=now)
        return person

    def test_hears_it_aloud_once_it_may_be(self, thread: Thread, sue: Person, now: datetime) -> None:
        Availability.objects.create(
            organisation=sue.organisation, person=sue, shifts=[], quiet_starts=time(9), quiet_ends=time(12)
        )

        fire(thread, 4, now + HALF_AN_HOUR)
        fire_due_waves(now=now + FOUR_HOURS)

        assert loudness(sue) == [True, False]
        assert len({push["dedupe_key"] for push in pushes("duty")}) == 2  # else the second would be taken for the first
        ask = Ask.objects.get(person=sue)
        assert (ask.is_silent, ask.asked_at, ask.wave.audience) == (False, now + FOUR_HOURS, "gap_list")

    def test_hears_it_aloud_only_once(self, thread: Thread, sue: Person, now: datetime) -> None:
        fire(thread, 4, now + HALF_AN_HOUR)
        fire_due_waves(now=now + FOUR_HOURS)

        assert loudness(sue) == [False, True]
        assert owner_of(thread)[0] == sue


class TestWhoeverGetsTheGap:
    def test_hears_of_it_in_silence_when_over_budget(
        self, thread: Thread, peers: list[Person], site: Site, asset: Asset, organisation: Organisation, now: datetime
    ) -> None:
        knows(peers[0], asset, at=now)
        fire(thread, 1, now)
        Wave.objects.exclude(audience="gap_list").exclude(number=1).delete()
        sue = cast.new_person(site, "Sue Supervisor", Role.SUPERVISOR)
        Organisation.objects.filter(pk=organisation.pk).update(asks_per_shift=0)

        fire_due_waves(now=now + FOUR_HOURS)

        assert (loudness(sue), owner_of(thread)[0]) == ([True], sue)
