"""Whom nothing reaches keeps nobody waiting: the next one takes the place, or the next wave comes."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from api_schema.push_payloads import PushKind
from backend.domain.accounts.models import Person, Site
from backend.domain.accounts.staffing import remove_person
from backend.domain.actor import Role
from backend.domain.asking.models import Ask, AskStatus, Wave
from backend.domain.asking.people import declare_skill
from backend.domain.equipment.models import Asset
from backend.domain.threads.models import Thread
from backend.domain.threads.states import Urgency
from backend.outbox.handle import handle_event
from backend.outbox.models import OutboxEvent
from notifications import service as notifications
from notifications.devices import prune_registration
from notifications.models import Device
from tests import cast
from tests.domain.asking.peers import (
    all_but,
    asked_about,
    fire,
    is_on_duty,
    knows,
    next_wave_at,
    owner_of,
    pushes,
    say,
)

SOON = timedelta(minutes=1)
HALF_AN_HOUR = timedelta(minutes=30)


def told(thread: Thread) -> list[tuple[Person, bool]]:
    """Return who was asked, and whether in silence, in order."""
    asks = Ask.objects.filter(round__thread_id=thread.pk).select_related("person").order_by("asked_at", "rank", "pk")
    return [(ask.person, ask.is_silent) for ask in asks]


def all_know(peers: list[Person], asset: Asset, now: datetime) -> None:
    for days, person in enumerate(peers):
        knows(person, asset, at=now - timedelta(days=30 * days))


class TestWhoCannotBeReached:
    def test_takes_nobodys_place(self, thread: Thread, peers: list[Person], asset: Asset, now: datetime) -> None:
        all_know(peers[:4], asset, now)

        asks = fire(thread, 1, now, reachable=all_but(peers[0]))

        assert [(one.person, one.is_silent) for one in asks] == [
            (peers[0], True),
            (peers[1], False),
            (peers[2], False),
            (peers[3], False),
        ]

    def test_lets_the_next_wave_come_at_once_when_nobody_of_this_one_can_be(
        self, thread: Thread, peers: list[Person], asset: Asset, now: datetime
    ) -> None:
        knows(peers[0], asset, at=now)
        declare_skill(actor=peers[1].actor, family="air-cooled chiller")
        Wave.objects.filter(number=1).update(size=1)

        asks = fire(thread, 1, now, reachable=all_but(peers[0], peers[1]))

        assert [(one.person, one.wave.number, one.is_silent) for one in asks[:2]] == [
            (peers[0], 1, True),
            (peers[1], 2, True),
        ]

    def test_is_asked_as_ever_where_nobody_of_the_organisation_can_be(
        self, thread: Thread, peers: list[Person], asset: Asset, now: datetime
    ) -> None:
        knows(peers[0], asset, at=now)

        (one,) = fire(thread, 1, now, reachable=all_but(*Person.objects.all()))

        assert (one.person, one.is_silent) == (peers[0], False)


class TestAColleagueWhoWasNamed:
    def test_is_told_in_silence_and_the_next_best_is_asked_as_well(
        self, thread: Thread, peers: list[Person], asset: Asset, now: datetime
    ) -> None:
        all_know(peers[:4], asset, now)
        without_ed = all_but(peers[4])
        ask = fire(thread, 1, now, reachable=without_ed)[0]

        say(ask, AskStatus.REFERRED, now + SOON, refer_to=peers[4], reachable=without_ed)
        fire(thread, 1, now + SOON, reachable=without_ed)

        assert told(thread)[3:] == [(peers[4], True), (peers[3], False)]
        assert [push["is_silent"] for push in pushes("ask")[3:]] == [True, False]

    def test_does_not_hold_the_ladder_up_when_nobody_else_is_left(
        self, thread: Thread, peers: list[Person], asset: Asset, now: datetime
    ) -> None:
        knows(peers[0], asset, at=now)
        (ask,) = fire(thread, 1, now)

        say(ask, AskStatus.REFERRED, now + SOON, refer_to=peers[4], reachable=all_but(peers[4]))

        assert next_wave_at(thread) == now + SOON


class TestTheExpertOnDuty:
    def test_owns_it_in_silence_and_the_next_wave_comes_at_once(
        self, thread: Thread, peers: list[Person], now: datetime
    ) -> None:
        is_on_duty(peers[0], now=now)
        Wave.objects.filter(number__in=[1, 2, 3]).delete()

        asks = fire(thread, 4, now + HALF_AN_HOUR, reachable=all_but(peers[0]))

        assert [(one.person, one.is_silent) for one in asks[:2]] == [(peers[0], True), (peers[1], False)]
        assert {one.wave.number for one in asks[1:]} == {5}
        assert owner_of(thread)[0] == peers[0]
        assert [push["is_silent"] for push in pushes("duty")] == [True]

    def test_is_reached_by_whatever_way_they_want_for_duty(
        self, thread: Thread, peers: list[Person], now: datetime
    ) -> None:
        is_on_duty(peers[0], now=now)
        Wave.objects.filter(number__in=[1, 2, 3]).delete()

        asks = fire(thread, 4, now + HALF_AN_HOUR, reachable=all_but(peers[0], unless=PushKind.DUTY))

        assert [(one.person, one.is_silent) for one in asks] == [(peers[0], False)]

    def test_keeps_their_time_before_the_ladder_ends(
        self, owner: Person, site: Site, asset: Asset, now: datetime
    ) -> None:
        sue = cast.new_person(site, "Sue Supervisor", Role.SUPERVISOR)
        thread = asked_about(asset, owner, now, Urgency.SAFETY)
        Wave.objects.filter(number__in=[1, 2, 3, 4]).delete()

        fire(thread, 5, now + HALF_AN_HOUR / 2, reachable=all_but(sue))

        assert (owner_of(thread)[0], next_wave_at(thread)) == (sue, now + timedelta(hours=1))


class TestWhoeverWasRemoved:
    def test_frees_their_place_also_where_the_inbox_is_all_there_is(
        self, thread: Thread, peers: list[Person], asset: Asset, now: datetime
    ) -> None:
        all_know(peers[:4], asset, now)
        fire(thread, 1, now, reachable=notifications.reachable)
        admin = cast.new_person(thread.asker.site, "Ada Admin", Role.ADMIN)
        OutboxEvent.objects.all().delete()

        remove_person(actor=admin.actor, person_id=peers[0].pk, now=now + SOON)
        handle_event(event_id=OutboxEvent.objects.get(name="person.removed").pk, now=now + SOON)
        woken = OutboxEvent.objects.filter(name="wave.due").count()
        (instead,) = fire(thread, 1, now + SOON, reachable=notifications.reachable)

        assert (woken, instead.person) == (1, peers[3])


class TestALostPhone:
    """Real devices, and the ladder woken by the loss of one."""

    reachable = staticmethod(notifications.reachable)

    @staticmethod
    def _have_phones(people: list[Person], now: datetime) -> None:
        for person in people:
            notifications.register_device(
                organisation_id=person.organisation_id,
                person_id=person.pk,
                session_id=f"session of {person.name}",
                kind="fid",
                value=f"phone of {person.name}",
                platform="android",
                now=now,
            )

    @staticmethod
    def _lose(person: Person, way: int, now: datetime) -> None:
        device = Device.objects.get(person_id=person.pk)
        ways = (
            partial(
                notifications.remove_device,
                organisation_id=person.organisation_id,
                person_id=person.pk,
                device_id=device.pk,
            ),
            partial(notifications.forget_session, session_id=device.session_id),
            partial(prune_registration, device_id=device.pk, registration_id=device.registration_id),
        )
        ways[way](now=now)

    def test_frees_its_place_whichever_way_it_went(
        self, thread: Thread, peers: list[Person], asset: Asset, now: datetime
    ) -> None:
        all_know(peers, asset, now)
        self._have_phones(peers, now)
        fire(thread, 1, now, reachable=self.reachable)
        OutboxEvent.objects.all().delete()

        for way, person in enumerate(peers[:3]):
            self._lose(person, way, now + SOON)
        woken = OutboxEvent.objects.filter(name="wave.due").count()
        fire(thread, 1, now + SOON, reachable=self.reachable)
        again = fire(thread, 1, now + SOON, reachable=self.reachable)

        assert woken == 3
        assert told(thread) == [(person, False) for person in peers]
        assert again == []

    def test_frees_its_place_when_somebody_else_signs_in_on_the_phone(
        self, thread: Thread, peers: list[Person], asset: Asset, outsider: Person, now: datetime
    ) -> None:
        all_know(peers, asset, now)
        self._have_phones(peers, now)
        fire(thread, 1, now, reachable=self.reachable)
        OutboxEvent.objects.all().delete()

        for _ in range(2):
            notifications.register_device(
                organisation_id=outsider.organisation_id,
                person_id=outsider.pk,
                session_id="session of Otto",
                kind="fid",
                value=f"phone of {peers[0].name}",
                platform="android",
                now=now + SOON,
            )
        woken = OutboxEvent.objects.filter(name="wave.due").count()
        fire(thread, 1, now + SOON, reachable=self.reachable)

        assert woken == 1
        assert told(thread) == [(person, False) for person in peers[:4]]

    def test_lets_the_next_wave_come_when_it_was_the_last(
        self, thread: Thread, peers: list[Person], asset: Asset, now: datetime
    ) -> None:
        knows(peers[0], asset, at=now)
        self._have_phones(peers[:2], now)
        fire(thread, 1, now, reachable=self.reachable)
        before = next_wave_at(thread)

        self._lose(peers[0], 0, now + SOON)
        fire(thread, 1, now + SOON, reachable=self.reachable)

        assert (before, next_wave_at(thread)) == (now + timedelta(minutes=5), now + SOON)

    def test_of_the_expert_on_duty_lets_the_next_wave_come_whoever_was_asked_before(
        self, thread: Thread, peers: list[Person], asset: Asset, now: datetime
    ) -> None:
        expert, asked = peers[:2]
        knows(asked, asset, at=now)
        is_on_duty(expert, now=now)
        self._have_phones([expert, asked], now)
        fire(thread, 1, now, reachable=self.reachable)
        Wave.objects.filter(number__in=[2, 3]).delete()
        fire(thread, 4, now + HALF_AN_HOUR, reachable=self.reachable)

        self._lose(expert, 0, now + HALF_AN_HOUR + SOON)
        fire(thread, 4, now + HALF_AN_HOUR + SOON, reachable=self.reachable)

        assert told(thread) == [(asked, False), (expert, False)]
        assert next_wave_at(thread) == now + HALF_AN_HOUR + SOON
