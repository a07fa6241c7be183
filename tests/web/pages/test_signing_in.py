"""Signing in to the pages, accepting the ground rules, and signing out."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from backend.domain.accounts.models import DeviceSession, Person
from backend.domain.accounts.sessions import hash_token
from notifications import service as notifications
from notifications.models import Device
from tests.cast import PASSWORD
from tests.web.pages.conftest import Browser

ANDROID = "Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"

pytestmark = pytest.mark.django_db


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def sign_in(browser: Client, email: str, password: str = PASSWORD, **more: str) -> Any:
    return browser.post("/sign-in", {"email": email, "password": password, **more}, headers={"User-Agent": ANDROID})


class TestSignIn:
    def test_leads_to_where_the_person_wanted_to_go_in_a_named_session_with_a_new_key(self, owner: Person) -> None:
        browser = Client()
        browser.cookies[settings.SESSION_COOKIE_NAME] = "x" * 32  # planted by somebody else
        wanted = browser.get("/menu")

        answer = sign_in(browser, owner.email, next="/menu")

        (session,) = DeviceSession.objects.all()
        cookie = answer.cookies[settings.SESSION_COOKIE_NAME]
        assert wanted["Location"] == "/sign-in?next=%2Fmenu"
        assert (answer.status_code, answer["Location"]) == (302, "/menu")
        assert (session.person_id, session.device_name) == (owner.id, "Chrome on Android")
        assert (cookie["httponly"], cookie["samesite"], cookie.value == "x" * 32) == (True, "Lax", False)
        assert owner.name in text_of(browser.get("/menu"))

    def test_of_somebody_else_leaves_nothing_behind_that_rings_for_whoever_was_here_before(
        self, owner: Person, colleague: Person, now: datetime
    ) -> None:
        browser = Client()
        sign_in(browser, owner.email)
        kept = hash_token(browser.cookies[settings.SESSION_COOKIE_NAME].value)
        notifications.register_device(
            organisation_id=owner.organisation_id,
            person_id=owner.pk,
            session_id=kept,
            kind="fid",
            value="this browser",
            platform="web",
            now=now,
        )
        again = sign_in(browser, owner.email)  # it stays the same session

        before = Device.objects.get().session_id
        sign_in(browser, colleague.email)

        assert (again.status_code, before) == (302, kept)
        assert not Device.objects.exists()
        assert [session.person_id for session in DeviceSession.objects.all()] == [colleague.pk]

    def test_tells_nobody_whether_an_address_is_known_and_keeps_what_was_typed(
        self, owner: Person, disabled: Person
    ) -> None:
        refused = [
            sign_in(Client(), email, secret)
            for email, secret in (
                (owner.email, "a guess"),
                ("nobody@example.org", "a guess"),
                (disabled.email, PASSWORD),
            )
        ]

        told = {re.search(r'role="alert"><p>([^<]+)', text_of(answer)).group(1) for answer in refused}  # type: ignore[union-attr]
        assert told == {"The address or the password is not right."}
        assert [answer.status_code for answer in refused] == [400, 400, 400]
        assert f'value="{owner.email}"' in text_of(refused[0])
        assert "a guess" not in text_of(refused[0])
        assert DeviceSession.objects.count() == 0

    def test_slows_down_who_guesses(self, owner: Person) -> None:
        for _ in range(5):
            sign_in(Client(), owner.email, "a guess")

        answer = sign_in(Client(), owner.email)

        assert "Too many tries" in text_of(answer)
        assert DeviceSession.objects.count() == 0

    @pytest.mark.parametrize(
        "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x"]
    )
    def test_leads_nobody_elsewhere(self, owner: Person, elsewhere: str) -> None:
        assert sign_in(Client(), owner.email, next=elsewhere)["Location"] == "/"

    def test_refuses_a_form_of_another_site(self, owner: Person) -> None:
        browser = Client(enforce_csrf_checks=True)

        answer = sign_in(browser, owner.email)

        assert answer.status_code == 403
        assert "did not come from a page of ours" in text_of(answer)
        assert DeviceSession.objects.count() == 0


class TestGroundRules:
    def test_stand_before_everything_else_and_are_accepted_once(self, owner: Person, browser_of: Browser) -> None:
        Person.objects.update(ground_rules_version=0, ground_rules_accepted_at=None)
        browser = browser_of(owner)

        led = browser.get("/menu")
        rules = browser.get(led["Location"])
        old = browser.post("/ground-rules", {"version": "99"})
        accepted = browser.post("/ground-rules", {"version": "1", "next": "/menu"})

        assert led["Location"] == "/ground-rules?next=%2Fmenu"
        assert "Safety comes first" in text_of(rules)
        assert (old.status_code, accepted["Location"], browser.get("/menu").status_code) == (400, "/menu", 200)


class TestSignOut:
    def test_ends_the_session_and_empties_the_cache(self, owner: Person, browser_of: Browser) -> None:
        browser = browser_of(owner)

        by_link, answer = browser.get("/sign-out"), browser.post("/sign-out")

        assert (by_link.status_code, answer["Location"], answer["Clear-Site-Data"]) == (405, "/sign-in", '"cache"')
        assert DeviceSession.objects.count() == 0
        assert browser.get("/")["Location"] == "/sign-in"
