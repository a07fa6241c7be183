"""Signing in on a phone and out again, through allauth."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from backend.domain.accounts.models import DeviceSession, Person
from notifications.models import Device
from tests.api.calls import assert_problem, get, post
from tests.cast import PASSWORD

ALLAUTH = "/_allauth/app/v1"
NEW_PASSWORD = "a mug of builder's tea"

pytestmark = pytest.mark.django_db


def sign_in(email: str, password: str = PASSWORD, device: str = "Olive's phone") -> Any:
    body = {"email": email, "password": password}
    return APIClient().post(f"{ALLAUTH}/auth/login", body, format="json", headers={"X-Device-Name": device})


def signed_in_phone(person: Person) -> APIClient:
    return APIClient(headers={"X-Session-Token": sign_in(person.email).json()["meta"]["session_token"]})


class TestSignIn:
    def test_gives_a_session_token_that_opens_the_api(self, owner: Person) -> None:
        answer = sign_in(owner.email)

        token = answer.json()["meta"]["session_token"]
        me = get(APIClient(headers={"X-Session-Token": token}), "/me")
        assert (answer.status_code, me.status_code, me.json()["id"]) == (200, 200, str(owner.id))

    def test_takes_the_address_in_any_case(self, owner: Person) -> None:
        assert sign_in(owner.email.upper()).status_code == 200

    def test_keeps_a_hash_of_the_token_and_the_name_of_the_device(self, owner: Person) -> None:
        token = sign_in(owner.email).json()["meta"]["session_token"]

        (session,) = DeviceSession.objects.all()
        assert (session.person_id, session.device_name) == (owner.id, "Olive's phone")
        assert token not in f"{session.session_key} {session.session_data} {session.get_decoded()}"

    def test_gives_each_device_a_session_of_its_own(self, owner: Person) -> None:
        first, second = signed_in_phone(owner), signed_in_phone(owner)
        (second_id,) = [one["id"] for one in get(second, "/me/sessions").json()["items"] if one["is_current"]]

        first.delete(f"/api/v1/me/sessions/{second_id}")

        assert_problem(get(second, "/me"), "session_expired")
        assert get(first, "/me").status_code == 200

    def test_refuses_a_wrong_password_and_opens_no_session(self, owner: Person) -> None:
        answer = sign_in(owner.email, "not the password")

        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, "email_password_mismatch")
        assert DeviceSession.objects.count() == 0

    def test_tells_nobody_whether_an_address_is_known(self, owner: Person) -> None:
        known, unknown = sign_in(owner.email, "a guess"), sign_in("nobody@example.org", "a guess")

        assert known.json() == unknown.json()

    def test_refuses_a_disabled_person(self, disabled: Person) -> None:
        answer = sign_in(disabled.email)

        assert answer.status_code == 401
        assert DeviceSession.objects.filter(person=disabled).count() == 0

    def test_slows_down_who_guesses(self, owner: Person) -> None:
        for _ in range(5):
            sign_in(owner.email, "a guess")

        answer = sign_in(owner.email)

        assert answer.json()["errors"][0]["code"] == "too_many_login_attempts"

    @pytest.mark.parametrize("path", ["auth/signup", "account/email", "auth/password/request", "auth/code/request"])
    def test_lets_nobody_sign_up_or_take_another_address(self, path: str) -> None:
        answer = APIClient().post(f"{ALLAUTH}/{path}", {"email": "new@example.org"}, format="json")

        assert_problem(answer, "not_found")


class TestSignOut:
    def test_ends_the_session_and_pushes_nothing_to_the_phone_any_more(self, owner: Person) -> None:
        phone, other = signed_in_phone(owner), signed_in_phone(owner)
        post(phone, "/devices", {"kind": "fid", "value": "an installation id", "platform": "ios"})

        phone.delete(f"{ALLAUTH}/auth/session")

        assert_problem(get(phone, "/me"), "session_expired")
        assert get(other, "/devices").json()["items"] == []


class TestChangePassword:
    def test_signs_every_other_device_out(self, owner: Person) -> None:
        phone, other = signed_in_phone(owner), signed_in_phone(owner)
        body = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}

        answer = phone.post(f"{ALLAUTH}/account/password/change", body, format="json")

        renewed = APIClient(headers={"X-Session-Token": answer.json()["meta"]["session_token"]})
        assert (answer.status_code, get(renewed, "/me").status_code) == (200, 200)
        assert_problem(get(other, "/me"), "session_expired")
        assert sign_in(owner.email, NEW_PASSWORD).status_code == 200

    def test_pushes_nothing_to_the_others_any_more(self, owner: Person) -> None:
        phone, other = signed_in_phone(owner), signed_in_phone(owner)
        for each, value in ((phone, "this phone"), (other, "a lost phone")):
            post(each, "/devices", {"kind": "fid", "value": value, "platform": "ios"})
        body = {"current_password": PASSWORD, "new_password": NEW_PASSWORD}

        phone.post(f"{ALLAUTH}/account/password/change", body, format="json")

        assert list(Device.objects.values_list("value", flat=True)) == ["this phone"]

    def test_needs_the_current_one(self, owner: Person) -> None:
        phone = signed_in_phone(owner)
        body = {"current_password": "a guess", "new_password": NEW_PASSWORD}

        answer = phone.post(f"{ALLAUTH}/account/password/change", body, format="json")

        assert answer.status_code == 400
        assert sign_in(owner.email).status_code == 200
