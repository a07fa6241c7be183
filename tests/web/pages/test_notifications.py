"""My notifications: devices, choices, the test push, and who a page may speak to."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from api_schema.ids import uuid7
from api_schema.push_payloads import PushKind
from backend.domain.accounts.models import Person
from backend.settings.web_push import WebPush
from notifications import service as notifications
from notifications.models import Delivery, Device, InboxItem, Preference
from tests import cast
from tests.settings.test_web_push import KEY
from tests.web.pages.conftest import Browser

pytestmark = pytest.mark.django_db

PAGE = "/my/notifications"
GOOGLE = "https://fcmregistrations.googleapis.com https://firebaseinstallations.googleapis.com"


def registered(person: Person, value: str) -> Device:
    """Return a browser on which `person` is told things."""
    view = notifications.register_device(
        organisation_id=person.organisation_id,
        person_id=person.pk,
        session_id="a session",
        kind="fid",
        value=value,
        platform="web",
        now=cast.NOW,
    )
    return Device.objects.get(pk=view.id)


def chosen(browser: Client, **changes: str) -> dict[str, str]:
    """Return the form of choices as the page shows it, with these changes."""
    form = browser.get(PAGE).context["form"]
    return {name: str(field.value()) for name in form.fields if (field := form[name]).value()} | changes


class TestNotificationsPage:
    def test_lists_devices_in_as_many_queries_however_many_and_removes_one(
        self, browser_of: Browser, owner: Person, colleague: Person
    ) -> None:
        browser = browser_of(owner)
        mine, theirs = registered(owner, "mine"), registered(colleague, "theirs")
        browser.get(PAGE)

        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                page = browser.get(PAGE).content.decode()
            assert str(mine.pk) in page
            assert str(theirs.pk) not in page
            return len(captured)

        for_one = queries()
        for number in range(19):
            registered(owner, f"mine {number}")
        for_twenty = queries()
        foreign = browser.post(f"{PAGE}/devices/{theirs.pk}")
        own = browser.post(f"{PAGE}/devices/{mine.pk}")

        assert for_twenty == for_one
        assert (foreign.status_code, own.status_code) == (404, 302)
        assert set(Device.objects.values_list("pk", flat=True)) >= {theirs.pk}
        assert not Device.objects.filter(pk=mine.pk).exists()

    def test_keeps_what_was_chosen_and_refuses_what_cannot_wait(self, browser_of: Browser, owner: Person) -> None:
        browser = browser_of(owner)

        wrong = browser.post(PAGE, chosen(browser, mode_ask="digest"))
        rows_meanwhile = Preference.objects.count()
        saved = browser.post(PAGE, chosen(browser, mode_answer="digest", mode_outcome="inbox"))

        assert (wrong.status_code, rows_meanwhile) == (400, 0)
        assert 'id="id_mode_ask_error"' in wrong.content.decode()
        assert saved.status_code == 302
        modes = dict(Preference.objects.values_list("kind", "mode"))
        assert (modes["answer"], modes["outcome"], modes["ask"]) == ("digest", "inbox", "push")
        assert Preference.objects.get(kind="duty").by_email is True  # it was not asked for, and stays

    def test_sends_a_test_once_a_minute_and_says_what_keeps_a_push_away(
        self, browser_of: Browser, owner: Person
    ) -> None:
        browser = browser_of(owner)

        sent = browser.post(f"{PAGE}/test")
        too_soon = browser.post(f"{PAGE}/test", headers={"HX-Request": "true"})

        assert sent.status_code == 302
        assert too_soon.status_code == 409
        assert "One test a minute is enough" in too_soon.content.decode()
        assert "No phone or browser of yours is registered" in too_soon.content.decode()
        assert InboxItem.objects.filter(kind=PushKind.TEST).count() == 1

    def test_says_of_a_refused_test_that_it_did_not_arrive_and_not_that_it_is_on_its_way(
        self, browser_of: Browser, owner: Person
    ) -> None:
        browser = browser_of(owner)
        registered(owner, "mine")
        browser.post(f"{PAGE}/test")
        ended = {"state": "failed", "reason": "unregistered", "sent_at": cast.NOW, "ended_at": cast.NOW}
        Delivery.objects.update(attempts=1, **ended)

        page = browser.get(PAGE).content.decode()

        assert "Open it to register again." in page
        assert "did not arrive" in page
        assert "on its way" not in page


class TestWhomAPageMaySpeakTo:
    def test_is_cuppa_alone_unless_browsers_are_told_and_then_firebase_on_that_page_and_in_the_worker(
        self, browser_of: Browser, owner: Person, settings: Settings
    ) -> None:
        browser = browser_of(owner)
        pages = [PAGE, "/service-worker.js", "/inbox", "/my/devices"]

        settings.WEB_PUSH = None
        before = [browser.get(page) for page in pages]
        settings.WEB_PUSH = WebPush("AIza", "cuppa-works", "1:23:web:45", KEY)
        after = [browser.get(page)["Content-Security-Policy"] for page in pages]

        assert [policy["Content-Security-Policy"].count("https:") for policy in before] == [0, 0, 0, 0]
        assert "This browser cannot be told" in before[0].content.decode()
        assert [f"connect-src 'self' {GOOGLE};" in policy + ";" for policy in after] == [True, True, False, False]
        assert [policy.count("https:") for policy in after] == [2, 2, 0, 0]


class TestInboxEntry:
    def test_is_led_to_by_its_address_for_its_owner_only_and_stays_unread(
        self, browser_of: Browser, owner: Person, colleague: Person
    ) -> None:
        browser_of(owner).post(f"{PAGE}/test")
        item = InboxItem.objects.get()

        own = browser_of(owner).get(f"/inbox/{item.pk}")
        foreign = [browser_of(colleague).get(f"/inbox/{found}") for found in (item.pk, uuid7())]

        assert (own.status_code, own["Location"]) == (302, "/inbox")
        assert [answer.status_code for answer in foreign] == [404, 404]
        item.refresh_from_db()
        assert item.read_at is None
