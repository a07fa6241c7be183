"""The waves on their pages: read by everybody, changed by who may, and looked at before they count."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person, Site
from backend.domain.actor import Role
from backend.domain.asking.ladder import LADDERS, Audience
from backend.domain.asking.models import Ask, Availability, LadderRule, Wave
from backend.domain.asking.operations import record_verified_fix
from backend.domain.asking.preview import Hindrance
from backend.domain.equipment.models import Asset
from backend.web.people.wave_words import AUDIENCES, HINDRANCES
from tests import cast
from tests.api.world import ask_about
from tests.web.pages.conftest import Browser

pytestmark = pytest.mark.django_db
WAITING = "/people/waves/customer_waiting"
ALWAYS = [{"day": 0, "starts": "00:00", "ends": "00:00"}]


@pytest.fixture
def desk(site: Site, browser_of: Browser) -> Client:
    return browser_of(cast.new_person(site, "Sam Supervisor", Role.SUPERVISOR))


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def typed_in(page: str) -> dict[str, str]:
    """Return what a browser would send of the form of waves, as it stands."""
    form = page[page.index('<form method="post" novalidate') :]
    told = dict(re.findall(r'<input type="number" name="([^"]+)" value="([^"]+)"', form))
    told |= dict.fromkeys(re.findall(r'<input type="checkbox" name="([^"]+)"[^>]* checked', form), "on")
    for name, options in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        assert chosen, name
        told[name] = chosen[1]
    return told


class TestWaves:
    def test_are_changed_as_they_stand_wave_by_wave_and_put_back(self, desk: Client, owner: Person) -> None:
        told = typed_in(text_of(desk.get(WAITING)))

        unchanged = desk.post(WAITING, {**told, "save": "yes"})
        kept = LadderRule.objects.get().rungs
        longer = typed_in(text_of(desk.post(WAITING, {**told, "add": "0"})))
        shorter = typed_in(text_of(desk.post(WAITING, {**longer, "rungs.1.after_s": "2", "remove": "3"})))
        desk.post(WAITING, {**shorter, "rungs.1.after_s": "2", "save": "yes"})
        changed = LadderRule.objects.get()
        read = text_of(desk.get("/people/waves"))
        desk.post(WAITING, {"reset": "yes"})

        assert unchanged["Location"] == "/people/waves"
        assert [rung["audience"] for rung in kept] == [rung.audience for rung in LADDERS["customer_waiting"]]
        assert [rung["size"] for rung in kept] == [rung.size for rung in LADDERS["customer_waiting"]]
        assert [rung["after_s"] for rung in kept] == [0, 300, 900, 1800, 3600, 14400]
        assert [rung["after_s"] for rung in changed.rungs] == [0, 120, 300, 1800, 3600, 14400]
        assert ("changed by Sam Supervisor" in read, "after 2 minutes" in read) == (True, True)
        assert LadderRule.objects.count() == 0

    def test_say_beside_the_field_what_cannot_be_and_keep_what_was_typed(self, desk: Client) -> None:
        told = typed_in(text_of(desk.get(WAITING)))

        answer = desk.post(WAITING, {**told, "rungs.1.size": "99", "rungs.2.after_s": "1", "save": "yes"})

        page = text_of(answer)
        assert answer.status_code == 400
        assert "A wave asks 1 to 50 people, or everybody." in page
        assert re.search(r'id="id_rungs.1.size_error"', page)
        assert re.search(r'name="rungs.1.size" value="99"[^>]*aria-describedby="[^"]*id_rungs.1.size_error', page)
        assert "Each wave comes later than the one before it." in page
        assert LadderRule.objects.count() == 0

    def test_are_tried_on_a_machine_before_they_count(self, desk: Client, owner: Person, asset: Asset) -> None:
        record_verified_fix(person_id=owner.pk, asset=asset, fault_code="E4", try_id=uuid7(), now=timezone.now())
        Availability.objects.create(organisation=owner.organisation, person=owner, cycle_days=1, shifts=ALWAYS)
        page = text_of(desk.get(f"{WAITING}?{urlencode({'asset': asset.pk, 'code': 'E4'})}"))
        told = {**typed_in(page), "tag": "chl-a", "code": "E4", "look": "yes"}

        first = text_of(desk.post(WAITING, told))
        none = text_of(desk.post(WAITING, {**told, "rungs.0.audience": "champion", "rungs.1.size": "0"}))
        nowhere = text_of(desk.post(WAITING, {**told, "tag": "CHL-Z", "rungs.1.size": "9"}))

        assert re.search(r'name="tag" value="CHL-A"', page)
        assert ("No machine has this tag." in nowhere, 'id="id_tag_error"' in nowhere) == (True, True)
        assert re.search(r'name="rungs.1.size" value="9"', nowhere)
        assert "“you fixed E4 on the Zephrane AC-350 before”" in first
        assert "A wave asks 1 to 50 people" in none
        assert (LadderRule.objects.count(), Ask.objects.count()) == (0, 0)


class TestLookingAhead:
    def test_finds_questions_and_machines_and_shows_who_and_why(
        self, desk: Client, owner: Person, colleague: Person, asset: Asset
    ) -> None:
        cast.everybodys_community(owner.organisation)
        record_verified_fix(person_id=colleague.pk, asset=asset, fault_code="E4", try_id=uuid7(), now=timezone.now())
        Availability.objects.create(organisation=owner.organisation, person=colleague, shifts=[])
        thread = ask_about(asset, owner, "Chiller will not start")
        Wave.objects.filter(number=2).update(due_at=F("due_at") + timedelta(seconds=2))  # the one before was late

        found = text_of(desk.get("/people/waves/look-ahead?q=e-04"))
        nothing = text_of(desk.get("/people/waves/look-ahead?q=lawnmower"))
        of_thread = text_of(desk.get(f"/people/waves/look-ahead?thread={thread.pk}"))
        of_fault = text_of(desk.get(f"/people/waves/look-ahead?asset={asset.pk}&code=E4&urgency=safety"))
        never = desk.get(f"/people/waves/look-ahead?asset={asset.pk}&at=2020-01-01T10:00")

        assert "Chiller will not start" in found
        assert "No question that is being asked has “lawnmower” in it." in nothing
        for page in (of_thread, of_fault):
            assert ("Colin Colleague" in page, "off shift" in page) == (True, True)
        assert ("after 5 minutes" in of_thread, "seconds" in of_thread) == (True, False)
        assert ("Choose a moment from now on" in text_of(never), never.status_code) == (True, 400)

    def test_tells_waves_apart_that_come_in_the_same_minute(self, desk: Client, owner: Person, asset: Asset) -> None:
        cast.everybodys_community(owner.organisation)
        thread = ask_about(asset, owner)
        second = Wave.objects.get(number=2)
        Wave.objects.filter(number=2).update(due_at=second.due_at + timedelta(seconds=2))
        Wave.objects.filter(number=3).update(due_at=second.due_at + timedelta(seconds=12))

        page = text_of(desk.get(f"/people/waves/look-ahead?thread={thread.pk}"))

        assert [shown in page for shown in ("after 302 seconds", "after 312 seconds", "after 5 minutes")] == [
            True,
            True,
            False,
        ]

    def test_says_that_a_question_stays_with_a_supervisor_who_asks_and_has_no_other(
        self, desk: Client, asset: Asset
    ) -> None:
        page = text_of(desk.get(f"/people/waves/look-ahead?asset={asset.pk}"))

        last = page.rpartition("Nobody more: it goes on the gap list")[2]
        assert "Nobody: the question then stays with the person who asked it." in last
        assert "passed over" not in last

    def test_has_a_word_for_whatever_hinders(self) -> None:
        assert (set(HINDRANCES), set(AUDIENCES)) == (set(Hindrance), set(Audience))
