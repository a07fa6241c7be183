"""Who may come in, and who may write."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from backend.domain.accounts.models import DeviceSession, Person
from backend.domain.accounts.queries import person_for_token
from backend.domain.equipment.models import Asset
from backend.domain.threads.models import Thread
from tests import cast
from tests.api.calls import a_question, assert_problem, get, phone_of, post

pytestmark = pytest.mark.django_db


def forget_ground_rules(person: Person) -> None:
    person.ground_rules_version, person.ground_rules_accepted_at = 0, None
    person.save()


class TestSessionToken:
    def test_is_asked_for(self) -> None:
        answer = get(phone_of(None), "/me")

        assert_problem(answer, "not_signed_in")
        assert answer["WWW-Authenticate"] == "Session"

    def test_is_refused_when_nobody_was_given_it(self, owner: Person) -> None:
        phone = APIClient(headers={"X-Session-Token": "x" * 32})

        assert_problem(get(phone, "/me"), "session_expired")

    def test_ends_with_its_time(self, phone: APIClient) -> None:
        DeviceSession.objects.update(expire_date=timezone.now() - timedelta(seconds=1))

        assert_problem(get(phone, "/me"), "session_expired")

    def test_lives_on_while_it_is_used_and_is_written_once_a_day(self, phone: APIClient) -> None:
        almost_over = timezone.now() + timedelta(days=2)
        DeviceSession.objects.update(expire_date=almost_over)

        get(phone, "/me")
        prolonged = DeviceSession.objects.get().expire_date
        get(phone, "/me")

        assert prolonged > almost_over + timedelta(days=87)
        assert DeviceSession.objects.get().expire_date == prolonged

    def test_ends_when_the_person_is_disabled(self, phone: APIClient, owner: Person) -> None:
        owner.is_active = False
        owner.save()

        assert_problem(get(phone, "/me"), "session_expired")

    def test_ends_when_the_password_changes(self, phone: APIClient, owner: Person) -> None:
        owner.set_password("another flask of tea")
        owner.save()

        assert_problem(get(phone, "/me"), "session_expired")

    def test_is_not_the_hash_that_the_table_holds(self, phone: APIClient) -> None:
        thief = APIClient(headers={"X-Session-Token": DeviceSession.objects.get().session_key})

        assert_problem(get(thief, "/me"), "session_expired")


class TestPersonForToken:
    def test_tells_who_is_signed_in(self, owner: Person) -> None:
        token = cast.session_token(owner)

        assert person_for_token(token=token, now=timezone.now()) == owner

    def test_knows_nobody_once_the_session_is_over(self, owner: Person) -> None:
        token = cast.session_token(owner)

        assert person_for_token(token=token, now=timezone.now() + timedelta(days=91)) is None
        assert person_for_token(token="", now=timezone.now()) is None


class TestGroundRules:
    def test_stand_before_the_first_write_and_nothing_is_written(
        self, phone: APIClient, owner: Person, asset: Asset
    ) -> None:
        forget_ground_rules(owner)

        answer = post(phone, "/threads", a_question(asset.pk))

        assert_problem(answer, "ground_rules_not_accepted")
        assert Thread.objects.count() == 0

    def test_do_not_stand_before_reading(self, phone: APIClient, owner: Person) -> None:
        forget_ground_rules(owner)

        assert get(phone, "/threads").status_code == 200

    def test_are_accepted_once_and_for_all(self, phone: APIClient, owner: Person, asset: Asset) -> None:
        forget_ground_rules(owner)

        accepted = post(phone, "/me/ground-rules", {"version": 1})

        assert (accepted.status_code, accepted.json()["accepted_version"]) == (200, 1)
        assert post(phone, "/threads", a_question(asset.pk)).status_code == 201

    def test_are_the_current_ones(self, phone: APIClient, owner: Person) -> None:
        forget_ground_rules(owner)

        answer = post(phone, "/me/ground-rules", {"version": 2})

        assert list(assert_problem(answer, "invalid_input")["fields"]) == ["version"]
        assert get(phone, "/me").json()["ground_rules"] == {
            "current_version": 1,
            "accepted_version": 0,
            "accepted_at": None,
        }
