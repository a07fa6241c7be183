"""Who is asked reads why in their own language, whatever the others of the same wave speak."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.conf import LazySettings

from backend.domain.accounts.models import Person, Site
from backend.domain.actor import Role
from backend.domain.asking.models import Ask, Holiday, Wave
from backend.domain.asking.preview import preview_ladder
from backend.domain.asking.reaching import everybody
from backend.domain.equipment.models import Asset, AssetModel
from backend.domain.threads.models import Thread
from backend.domain.threads.waiting import fire_due_waves
from tests import cast
from tests.domain.asking.peers import fire, is_on_duty, knows, pushes

FOUR_HOURS = timedelta(hours=4)


def told(kind: str, person: Person) -> tuple[object, object]:
    """Return title and body of the one push of this kind to the person."""
    (push,) = (each for each in pushes(kind) if each["recipient_id"] == str(person.pk))
    return push["title"], push["body"]


class TestAWave:
    @pytest.fixture
    def asked(self, thread: Thread, peers: list[Person], asset: Asset, now: datetime) -> list[Person]:
        """Ann, who speaks German, Bob, who speaks English, and Cy, who speaks what Cuppa does not."""
        ann, bob, cy = peers[:3]
        cast.speak("de-AT", ann)
        cast.speak("cy", cy)
        for days, person in ((1, ann), (2, ann), (3, bob), (4, cy)):
            knows(person, asset, at=now - timedelta(days=days))
        return [ann, bob, cy]

    def test_tells_each_in_their_own_language(self, asked: list[Person], thread: Thread, now: datetime) -> None:
        fire(thread, 1, now)

        ann, bob, _ = asked
        assert told("ask", ann) == (
            "Olive Owner fragt: E4 an CHL-A, Leeds depot",
            "Chiller will not start. Warum Sie: Sie haben E4 am Zephrane AC-350 schon 2-mal behoben. 3 wurden gefragt.",
        )
        assert told("ask", bob) == (
            "Olive Owner asks: E4 on CHL-A, Leeds depot",
            "Chiller will not start. Asking you because you fixed E4 on the Zephrane AC-350 before. 3 were asked.",
        )

    def test_keeps_why_as_it_was_said(self, asked: list[Person], thread: Thread, now: datetime) -> None:
        fire(thread, 1, now)

        assert dict(Ask.objects.filter(person__in=asked[:2]).values_list("person__name", "reason")) == {
            "Ann Peer": "Sie haben E4 am Zephrane AC-350 schon 2-mal behoben",
            "Bob Peer": "you fixed E4 on the Zephrane AC-350 before",
        }

    @pytest.mark.parametrize(("installed", "says"), [("de", "fragt: E4 an"), ("en", "asks: E4 on")])
    def test_tells_whom_nothing_is_known_of_in_the_language_of_the_installation(
        self, *, asked: list[Person], thread: Thread, now: datetime, settings: LazySettings, installed: str, says: str
    ) -> None:
        settings.LANGUAGE_CODE = installed

        fire(thread, 1, now)

        assert told("ask", asked[2])[0] == f"Olive Owner {says} CHL-A, Leeds depot"

    def test_is_seen_ahead_as_it_would_be_said(
        self, asked: list[Person], thread: Thread, curator: Person, now: datetime
    ) -> None:
        first, *_ = preview_ladder(actor=curator.actor, thread_id=thread.pk, reachable=everybody, now=now)

        assert [one.reason for one in first.prospects][:2] == [
            "Sie haben E4 am Zephrane AC-350 schon 2-mal behoben",
            "you fixed E4 on the Zephrane AC-350 before",
        ]

    def test_keeps_a_reason_that_names_would_fill(
        self, asked: list[Person], thread: Thread, asset: Asset, now: datetime
    ) -> None:
        AssetModel.objects.filter(pk=asset.asset_model_id).update(make="M" * 100, name="N" * 100)

        fire(thread, 1, now)

        assert {len(reason) for reason in Ask.objects.values_list("reason", flat=True)} == {200}


class TestWhoseItIs:
    def test_is_told_to_the_expert_in_their_language(self, thread: Thread, peers: list[Person], now: datetime) -> None:
        cast.speak("de", peers[0])
        is_on_duty(peers[0], now=now)
        Wave.objects.filter(number__in=[1, 2, 3]).delete()

        fire(thread, 4, now + timedelta(minutes=30))

        assert told("duty", peers[0]) == (
            "Jetzt bei Ihnen: Olive Owner fragt: E4 an CHL-A, Leeds depot",
            "Chiller will not start. Warum Sie: Sie haben Bereitschaft, und noch niemand hat geantwortet.",
        )

    def test_is_told_to_supervisor_and_asker_each_in_theirs_with_the_day_by_the_askers_clock(
        self, thread: Thread, peers: list[Person], asset: Asset, site: Site, now: datetime
    ) -> None:
        supervisor = cast.new_person(site, "Sue Supervisor", Role.SUPERVISOR)
        cast.speak("de", thread.asker)
        knows(peers[0], asset, at=now)
        Holiday.objects.create(
            organisation=site.organisation, first_date=date(2026, 11, 24), last_date=date(2026, 12, 6)
        )

        fire(thread, 1, now)
        Wave.objects.exclude(number=1).exclude(audience="gap_list").delete()
        fire_due_waves(now=now + FOUR_HOURS)

        assert told("due", thread.asker) == (
            "Noch keine Antwort: Chiller will not start",
            (
                "Alle, die es wissen könnten, wurden gefragt. Sue Supervisor kümmert sich darum, spätestens "
                "am Montag, 7. Dezember. Eine späte Antwort erreicht Sie trotzdem."
            ),
        )
        assert told("duty", supervisor)[1] == (
            "Chiller will not start. It is yours because everybody who could know was asked, and nobody has answered."
        )
