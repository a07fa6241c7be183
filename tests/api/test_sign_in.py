"""Signing in on a phone, seeing one's devices, signing one out."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from backend.domain.accounts.models import DeviceSession, Person
from tests.cast import PASSWORD

LOGIN = "/_allauth/app/v1/auth/login"
SIGN_UP = "/_allauth/app/v1/auth/signup"

pytestmark = pytest.mark.django_db


def sign_in(email: str, password: str = PASSWORD, device: str = "Olive's phone") -> Any:
    return APIClient().post(
        LOGIN, {"email": email, "password": password}, format="json", headers={"X-Device-Name": device}
    )


class TestSignIn:
    def test_gives_a_session_token_that_opens_the_api(self, owner: Person):
        answer = sign_in(owner.email)

        token = answer.json()["meta"]["session_token"]
        me = APIClient().get("/api/v1/me", headers={"X-Session-Token": token})
        assert answer.status_code == 200
        assert me.status_code == 200
        assert me.json()["id"] == str(owner.id)

    def test_keeps_a_hash_of_the_token_and_the_name_of_the_device(self, owner: Person):
        token = sign_in(owner.email).json()["meta"]["session_token"]

        (session,) = DeviceSession.objects.all()
        assert (session.person_id, session.device_name) == (owner.id, "Olive's phone")
        assert token not in session.session_key
        assert token not in session.session_data
        assert token not in str(session.get_decoded())

    def test_refuses_a_wrong_password_and_opens_no_session(self, owner: Person):
        answer = sign_in(owner.email, "not the password")

        assert answer.status_code == 400
        assert DeviceSession.objects.filter(person=owner).count() == 0

    def test_refuses_a_disabled_person(self, disabled: Person):
        answer = sign_in(disabled.email)

        assert answer.status_code in {400, 401}
        assert DeviceSession.objects.filter(person=disabled).count() == 0

    def test_slows_down_who_guesses(self, owner: Person):
        for _ in range(5):
            sign_in(owner.email, "a guess")

        answer = sign_in(owner.email)

        assert answer.json()["errors"][0]["code"] == "too_many_login_attempts"

    def test_lets_nobody_sign_up(self, db: None):
        answer = APIClient().post(SIGN_UP, {"email": "new@example.org", "password": PASSWORD}, format="json")

        assert answer.status_code == 403
        assert Person.objects.count() == 0
