"""Home, the inbox, and when one can be reached."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person, Site
from backend.domain.actor import Role
from backend.domain.asking.holidays import Days, declare_holiday
from backend.domain.asking.models import Ask, Availability, Holiday
from backend.domain.equipment.models import Asset
from backend.domain.threads.operations import Question, ask
from notifications.models import InboxItem
from tests import cast
from tests.api.world import fire_first_wave
from tests.web.pages.conftest import Browser, text_of
from tests.working_off import work_off

pytestmark = pytest.mark.django_db


def ask_about(asset: Asset, asker: Person, title: str) -> None:
    question = Question(asset_id=asset.pk, title=title)
    ask(actor=asker.actor, thread_id=uuid7(), question=question, now=cast.NOW)


class TestHome:
    def test_shows_what_is_mine_in_as_many_queries_however_much_it_is(
        self, browser_of: Browser, owner: Person, colleague: Person, asset: Asset
    ) -> None:
        browser = browser_of(owner)
        ask_about(asset, owner, "The fan rattles")
        ask_about(asset, colleague, "Somebody else's")
        browser.get("/")

        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                page = browser.get("/").content.decode()
            assert "The fan rattles" in page
            assert "Somebody else&#x27;s" not in page
            return len(captured)

        for_one = queries()
        for number in range(19):
            ask_about(asset, owner, f"Noise {number}")

        assert queries() == for_one


def _seen_beside_the_inbox(page: Any) -> str:
    found = re.search(r"data-unread( hidden)?><span data-count>(\d+)", page.content.decode())
    assert found is not None
    return "" if found[1] else found[2]


class TestInbox:
    def test_opens_what_was_asked_and_marks_it_read_for_its_owner_only(
        self, browser_of: Browser, owner: Person, colleague: Person, outsider: Person, asset: Asset
    ) -> None:
        question = Question(asset_id=asset.pk, title="Chiller will not start", fault_code="E4")
        thread = ask(actor=owner.actor, thread_id=uuid7(), question=question, now=cast.NOW).thread
        ask_id = fire_first_wave(thread, colleague, asset)
        work_off()
        item = InboxItem.objects.get(recipient_id=colleague.pk)

        stranger = browser_of(outsider).post(f"/inbox/{item.pk}")
        unread_meanwhile = InboxItem.objects.get(pk=item.pk).read_at is None
        browser = browser_of(colleague)
        new_before = _seen_beside_the_inbox(browser.get("/menu"))
        opened = browser.post(f"/inbox/{item.pk}")

        assert (stranger.status_code, unread_meanwhile) == (404, True)
        assert (new_before, _seen_beside_the_inbox(browser.get("/menu"))) == ("1", "")
        assert opened["Location"] == f"/threads/{thread.pk}#question"
        assert InboxItem.objects.get(pk=item.pk).read_at is not None
        assert Ask.objects.get(pk=ask_id).seen_at is not None


class TestShift:
    def test_records_four_on_four_off_and_says_what_is_wrong_beside_the_day(
        self, browser_of: Browser, owner: Person
    ) -> None:
        browser = browser_of(owner)
        days = {f"works_{day}": "on" for day in range(4)}
        times = {f"{end}_{day}": time for day in range(8) for end, time in (("starts", "19:00"), ("ends", "07:00"))}
        sent = {"days": "8", "cycle_starts_on": "2026-11-23", **days, **times}

        wrong = browser.post("/my/shift", {**sent, "ends_2": ""})
        rows_meanwhile = Availability.objects.count()
        saved = browser.post("/my/shift", sent)
        covered = browser.post("/my/quiet-hours", {"starts": "18:00", "ends": "08:00"})

        availability = Availability.objects.get()
        assert (wrong.status_code, rows_meanwhile) == (400, 0)
        assert 'id="id_ends_2_error"' in wrong.content.decode()
        assert (saved.status_code, availability.cycle_days, len(availability.shifts)) == (302, 8, 4)
        assert covered.status_code == 400
        assert "nobody could ever ask you" in covered.content.decode()
        assert availability.quiet_starts is None

    def test_says_when_one_can_be_asked_again_within_the_same_shift(self, browser_of: Browser, owner: Person) -> None:
        always = [{"day": 0, "starts": "00:00", "ends": "00:00"}]
        Availability.objects.create(organisation=owner.organisation, person=owner, cycle_days=1, shifts=always)
        browser = browser_of(owner)

        browser.post("/my/busy", {"minutes": "30"})
        page = text_of(browser.get("/my/shift"))

        until = Availability.objects.get().busy_until
        assert until is not None
        again = date_format(until.astimezone(ZoneInfo(owner.time_zone)), "l j M, H:i")
        assert f"nobody asks you. You can be asked again from {again}." in page

    def test_takes_holidays_once_and_removes_only_ones_own(
        self, browser_of: Browser, owner: Person, colleague: Person, site: Site
    ) -> None:
        today = timezone.localdate()
        tomorrow, later = today + timedelta(days=1), today + timedelta(days=3)
        lead = cast.new_person(site, "Sue Supervisor", Role.SUPERVISOR)
        declare_holiday(actor=lead.actor, days=Days(today, today, "Works outing"), site_id=site.pk, now=timezone.now())
        browser, skye = browser_of(owner), {"first_date": tomorrow, "last_date": later, "name": "Skye"}

        wrong = browser.post("/my/holidays", {**skye, "last_date": today})
        rows_meanwhile = Holiday.objects.count()
        saved = [browser.post("/my/holidays", skye).status_code for _ in range(2)]
        mine = Holiday.objects.get(person=owner)
        page = text_of(browser.get("/my/shift"))
        foreign = browser_of(colleague).post("/my/holidays", {"end": mine.pk})
        own = browser.post("/my/holidays", {"end": mine.pk})

        assert (wrong.status_code, rows_meanwhile, saved) == (400, 1, [302, 302])
        assert "A holiday does not end before it begins." in wrong.content.decode()
        assert 'id="id_last_date_error"' in wrong.content.decode()
        assert ("Skye" in page, "Works outing" in page) == (True, True)
        assert (foreign.status_code, own.status_code, Holiday.objects.count()) == (404, 302, 1)
