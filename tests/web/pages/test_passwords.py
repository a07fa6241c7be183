"""A password of one's own, for whoever came by a link; and for whoever forgot theirs."""

from __future__ import annotations

from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from backend.domain.accounts.models import DeviceSession, Person
from backend.domain.accounts.sessions import hash_token
from backend.domain.actor import Role
from notifications import service as notifications
from notifications.models import Device
from tests import cast
from tests.api.calls import phone_of, post
from tests.cast import PASSWORD
from tests.web.pages.conftest import Browser

NEW = "a mug of builder's tea"

pytestmark = pytest.mark.django_db


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def change(browser: Client, *, current: str = "", new: str = NEW, again: str | None = None) -> Any:
    told = {"current_password": current, "new_password": new, "again": new if again is None else again}
    return browser.post("/my/password", told)


def sign_in(person: Person, password: str) -> int:
    return int(Client().post("/sign-in", {"email": person.email, "password": password}).status_code)


def device_in(browser: Client, person: Person) -> None:
    """Register a device in the browser's session."""
    notifications.register_device(
        organisation_id=person.organisation_id,
        person_id=person.pk,
        session_id=hash_token(browser.cookies[settings.SESSION_COOKIE_NAME].value),
        kind="fid",
        value=f"installation {browser.cookies[settings.SESSION_COOKIE_NAME].value[:6]}",
        platform="web",
        now=timezone.now(),
    )


def come_by_link(maker: Person, person: Person) -> Client:
    browser = Client()
    token = post(phone_of(maker), f"/people/{person.pk}/sign-in-link").json()["token"]
    assert browser.post(f"/sign-in/{token}").status_code == 302
    return browser


class TestAPassword:
    def test_changed_ends_the_other_sessions_and_keeps_this_one_with_its_pushes(
        self, owner: Person, browser_of: Browser
    ) -> None:
        here, elsewhere = browser_of(owner), browser_of(owner)
        for browser in (here, elsewhere):
            device_in(browser, owner)

        answer = change(here, current=PASSWORD)

        (device,) = Device.objects.all()
        (session,) = DeviceSession.objects.all()
        assert answer["Location"] == "/my/devices"
        assert (here.get("/my/devices").status_code, elsewhere.get("/")["Location"]) == (200, "/sign-in")
        assert device.session_id == session.session_key
        here.post("/sign-out")
        assert Device.objects.count() == 0
        assert (sign_in(owner, PASSWORD), sign_in(owner, NEW)) == (400, 302)

    def test_that_cannot_be_is_refused_beside_its_field_and_nothing_changes(
        self, owner: Person, browser_of: Browser, subtests: pytest.Subtests
    ) -> None:
        browser = browser_of(owner)
        for told, field, why in (
            ({"current": "a guess"}, "current_password", "not your present password"),
            ({"current": PASSWORD, "new": "short"}, "new_password", "too short"),
            ({"current": PASSWORD, "new": "password12"}, "new_password", "too common"),
            ({"current": PASSWORD, "again": "another cup of tea"}, "again", "not what stands above"),
        ):
            with subtests.test(field=field, why=why):
                answer = change(browser, **told)
                assert (answer.status_code, f'id="id_{field}_error"' in text_of(answer)) == (400, True)
                assert why in text_of(answer)
        change(browser, current="a guess")
        slowed = change(browser, current=PASSWORD)

        assert (slowed.status_code, "Too many tries" in text_of(slowed)) == (429, True)
        assert sign_in(owner, PASSWORD) == 302

    def test_is_set_by_whoever_came_by_a_link_and_not_by_who_only_borrows_their_phone(
        self, owner: Person, browser_of: Browser
    ) -> None:
        Person.objects.update(last_login=timezone.now())
        admin = cast.new_person(owner.site, "Ada Admin", Role.ADMIN)
        invited = come_by_link(admin, owner)
        own_link = post(phone_of(owner), "/me/sign-in-link").json()["token"]
        borrowed = Client()
        borrowed.post(f"/sign-in/{own_link}")

        refused = change(borrowed)
        asked = "Present password" in text_of(invited.get("/my/password"))
        done = change(invited)

        assert (refused.status_code, asked, done.status_code) == (400, False, 302)
        assert sign_in(owner, NEW) == 302
        assert change(invited, new="yet another flask of it").status_code == 400  # the link stood for it once
