"""Pages of ours call the API by their cookie; pages of others cannot."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from backend.domain.accounts.models import DeviceSession, Person
from backend.domain.equipment.models import Asset
from backend.domain.threads.models import Thread
from tests import cast
from tests.api.calls import a_question, assert_problem

pytestmark = pytest.mark.django_db
OURS, THEIRS = "http://testserver", "https://evil.example"


class OpenedPage:
    """A page in a signed-in browser, and the token that it carries."""

    def __init__(self, person: Person) -> None:
        self.browser = Client(enforce_csrf_checks=True)
        self.browser.cookies[settings.SESSION_COOKIE_NAME] = cast.session_token(person)
        page = self.browser.get("/menu").content.decode()
        self.token = page.split('name="csrf-token" content="')[1].split('"')[0]

    def ask(self, asset: Asset, **headers: str) -> Any:
        body = json.dumps(a_question(asset.pk))
        return self.browser.post("/api/v1/threads", body, content_type="application/json", headers=headers)


class TestCookie:
    def test_signs_a_page_of_ours_in_which_sends_its_token_with_every_write(self, owner: Person, asset: Asset) -> None:
        page = OpenedPage(owner)

        read = page.browser.get("/api/v1/me")
        written = page.ask(asset, **{"X-CSRFToken": page.token, "Origin": OURS})

        assert (read.status_code, read.json()["id"]) == (200, str(owner.pk))
        assert written.status_code == 201
        assert Thread.objects.get().asker_id == owner.pk

    @pytest.mark.parametrize(
        "headers",
        [{}, {"X-CSRFToken": "x" * 64}, {"X-CSRFToken": "ours", "Origin": THEIRS}],
        ids=["no token", "a made-up token", "our token from elsewhere"],
    )
    def test_alone_writes_nothing(self, owner: Person, asset: Asset, headers: dict[str, str]) -> None:
        page = OpenedPage(owner)
        sent = {name: page.token if value == "ours" else value for name, value in headers.items()}

        answer = page.ask(asset, **sent)

        assert_problem(answer, "cross_site_request")
        assert Thread.objects.count() == 0

    def test_is_worth_nothing_once_its_session_is_over(self, owner: Person, asset: Asset) -> None:
        page = OpenedPage(owner)
        DeviceSession.objects.all().delete()

        assert_problem(page.ask(asset, **{"X-CSRFToken": page.token, "Origin": OURS}), "session_expired")
        assert Thread.objects.count() == 0

    def test_does_not_stand_in_the_way_of_a_phones_token(self, owner: Person, colleague: Person) -> None:
        page = OpenedPage(owner)

        me = page.browser.get("/api/v1/me", headers={"X-Session-Token": cast.session_token(colleague)})

        assert me.json()["id"] == str(colleague.pk)
