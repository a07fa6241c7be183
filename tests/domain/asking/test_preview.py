"""What a supervisor is shown of the waves to come is what they then do."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from pytest_django import DjangoAssertNumQueries

from backend.domain.accounts.models import Organisation, Person, Site
from backend.domain.actor import Role
from backend.domain.asking.models import Ask, Availability, Wave
from backend.domain.asking.people import declare_skill
from backend.domain.asking.preview import RungPreview, ToldBy, preview_ladder
from backend.domain.equipment.models import Asset
from backend.domain.threads.models import Thread
from backend.domain.threads.waiting import fire_due_waves
from tests import cast
from tests.domain.asking.peers import all_but, asked_about, fire, is_on_duty, knows, next_wave_at

_IS_SILENT = {ToldBy.PUSH: False, ToldBy.INBOX: True}


def told_by(rung: RungPreview) -> list[tuple[Person, bool]]:
    """Return whom the rung would tell, and whether in silence."""
    return [(one.person, _IS_SILENT[one.told_by]) for one in rung.prospects if one.told_by in _IS_SILENT]


def to_come(thread: Thread, by: Person, *away: Person, now: datetime) -> list[RungPreview]:
    """Return the rungs that wait."""
    rungs = preview_ladder(actor=by.actor, thread_id=thread.pk, reachable=all_but(*away), now=now)
    return [rung for rung in rungs if rung.status == "waiting"]


class TestThePreview:
    def test_is_what_every_wave_does_when_it_comes(
        self,
        *,
        owner: Person,
        peers: list[Person],
        site: Site,
        asset: Asset,
        organisation: Organisation,
        now: datetime,
    ) -> None:
        ann, bob, cy, di, ed = peers
        sue = cast.new_person(site, "Sue Supervisor", Role.SUPERVISOR)
        night = cast.new_person(site, "Nia Night")
        cast.new_person(site, "Olaf Other")
        cast.everybodys_community(organisation)
        for days, person in enumerate((ann, bob, night, cy)):
            knows(person, asset, at=now - timedelta(days=30 * days))
        Availability.objects.create(organisation=organisation, person=night, shifts=[])
        Availability.objects.create(  # from 11 o'clock on: around the sun
            organisation=organisation, person=ed, shifts=[{"day": 0, "starts": "10:55", "ends": "17:00"}]
        )
        for person in (di, ed):
            declare_skill(actor=person.actor, family="air-cooled chiller")
        is_on_duty(sue, now=now)
        thread = asked_about(asset, owner, now)

        seen = []
        while (at := next_wave_at(thread)) < now + timedelta(hours=4):
            # A wave that would tell nobody is skipped, and the next one comes in its place.
            rung = next(rung for rung in to_come(thread, sue, bob, now=at) if told_by(rung))
            before = set(Ask.objects.values_list("pk", flat=True))
            fire_due_waves(now=at, reachable=all_but(bob))
            asks = Ask.objects.exclude(pk__in=before).select_related("person").order_by("-score")
            assert [(ask.person, ask.is_silent) for ask in asks] == told_by(rung), rung.rung.audience
            seen.append(rung.rung.audience)

        assert seen == ["fixed_before", "community", "duty_expert", "follow_the_sun"]

    def test_says_what_keeps_a_push_from_each(
        self, thread: Thread, peers: list[Person], site: Site, asset: Asset, organisation: Organisation, now: datetime
    ) -> None:
        sue = cast.new_person(site, "Sue Supervisor", Role.SUPERVISOR)
        cast.everybodys_community(site.organisation)
        hours: dict[str, Any] = {"shifts": [{"day": 0, "starts": "08:00", "ends": "17:00"}]}
        for days, (person, facts) in enumerate(
            (
                (peers[0], {"shifts": []}),
                (peers[1], hours | {"quiet_starts": time(9), "quiet_ends": time(12)}),
                (peers[2], hours | {"busy_until": now + timedelta(hours=1)}),
                (peers[3], hours),
                (peers[4], hours),
            )
        ):
            knows(person, asset, at=now - timedelta(days=30 * days))
            Availability.objects.create(organisation=organisation, person=person, **facts)

        shown = [
            (one.person, one.told_by, one.hindrance) for one in to_come(thread, sue, peers[3], now=now)[0].prospects
        ]

        assert shown == [
            (peers[0], "nothing", "off shift"),
            (peers[1], "nothing", "quiet hours"),
            (peers[2], "nothing", "busy"),
            (peers[3], "inbox", "nothing reaches them"),
            (peers[4], "push", None),
        ]

    def test_leaves_the_last_of_a_budget_to_better_reasons(
        self, owner: Person, peers: list[Person], site: Site, asset: Asset, organisation: Organisation, now: datetime
    ) -> None:
        sue = cast.new_person(site, "Sue Supervisor", Role.SUPERVISOR)
        cast.everybodys_community(site.organisation)
        knows(peers[0], asset, "LP2", at=now - timedelta(days=10))
        Organisation.objects.filter(pk=organisation.pk).update(asks_per_week=1)
        fire(asked_about(asset, owner, now - timedelta(days=3)), 1, now - timedelta(days=3))
        Organisation.objects.filter(pk=organisation.pk).update(asks_per_week=2)
        thread = asked_about(asset, owner, now)
        Wave.objects.filter(round__thread_id=thread.pk, number=1).delete()

        (one,) = to_come(thread, sue, now=now)[0].prospects

        assert (one.person, one.told_by, one.hindrance) == (
            peers[0],
            "nothing",
            "what is left of their budget is for better reasons",
        )

    def test_takes_as_many_queries_for_many_people_as_for_few(
        self,
        thread: Thread,
        site: Site,
        asset: Asset,
        now: datetime,
        django_assert_max_num_queries: DjangoAssertNumQueries,
    ) -> None:
        sue = cast.new_person(site, "Sue Supervisor", Role.SUPERVISOR)
        cast.everybodys_community(site.organisation)
        counts = []
        for number in range(21):
            knows(cast.new_person(site, f"P{number} Peer"), asset, at=now)
            if number in {0, 20}:
                with django_assert_max_num_queries(60) as captured:
                    to_come(thread, sue, now=now)
                counts.append(len(captured))

        assert counts[0] == counts[1]
