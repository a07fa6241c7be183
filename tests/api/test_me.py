"""The person who is signed in, and their devices."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from backend.domain.accounts.models import DeviceSession, Person
from tests import cast
from tests.api.calls import assert_problem, get, phone_of, post

pytestmark = pytest.mark.django_db

DEVICE = {"kind": "fid", "value": "an installation id", "platform": "android"}


class TestMe:
    def test_shows_who_is_signed_in(self, phone: APIClient, owner: Person) -> None:
        me = get(phone, "/me").json()

        assert me == {
            "id": str(owner.pk),
            "name": "Olive Owner",
            "job_title": "HVAC technician",
            "role": "technician",
            "site": {"id": str(owner.site_id), "name": "Leeds depot"},
            "email": "olive@northgate-cooling.example",
            "language": "en",
            "time_zone": "Europe/London",
            "phone": "",
            "shows_phone": False,
            "organisation": {"id": str(owner.organisation_id), "name": "Northgate Cooling"},
            "ground_rules": {"current_version": 1, "accepted_version": 1, "accepted_at": "2026-11-23T10:00:00Z"},
        }


class TestSessions:
    def test_lists_my_devices_newest_first_and_says_which_is_this_one(self, owner: Person, colleague: Person) -> None:
        cast.session_token(owner, "old phone")
        cast.session_token(colleague, "somebody else's phone")
        phone = phone_of(owner)

        sessions = get(phone, "/me/sessions").json()["items"]

        assert [(one["device_name"], one["is_current"]) for one in sessions] == [
            ("test phone", True),
            ("old phone", False),
        ]

    def test_signs_a_lost_phone_out_and_pushes_nothing_to_it_any_more(self, owner: Person) -> None:
        lost, phone = phone_of(owner), phone_of(owner)
        post(lost, "/devices", DEVICE)
        sessions = get(phone, "/me/sessions").json()["items"]
        (lost_id,) = [one["id"] for one in sessions if not one["is_current"]]

        answer = phone.delete(f"/api/v1/me/sessions/{lost_id}")

        assert answer.status_code == 204
        assert_problem(get(lost, "/me"), "session_expired")
        assert get(phone, "/devices").json()["items"] == []

    def test_signs_out_a_person_who_has_not_accepted_the_ground_rules(self, phone: APIClient, owner: Person) -> None:
        owner.ground_rules_version, owner.ground_rules_accepted_at = 0, None
        owner.save()
        (session,) = get(phone, "/me/sessions").json()["items"]

        answer = phone.delete(f"/api/v1/me/sessions/{session['id']}")

        assert answer.status_code == 204
        assert_problem(get(phone, "/me"), "session_expired")

    def test_hides_a_colleagues_session_as_missing_and_keeps_it(self, phone: APIClient, colleague: Person) -> None:
        cast.session_token(colleague)
        session_id = DeviceSession.objects.get(person=colleague).session_key

        answer = phone.delete(f"/api/v1/me/sessions/{session_id}")

        assert_problem(answer, "not_found")
        assert DeviceSession.objects.filter(person=colleague).count() == 1


class TestDevices:
    def test_registers_a_phone_without_showing_its_address(self, phone: APIClient) -> None:
        answer = post(phone, "/devices", DEVICE)

        assert answer.status_code == 201
        assert {name: answer.json()[name] for name in ("kind", "platform")} == {"kind": "fid", "platform": "android"}
        assert "an installation id" not in str(answer.json())
        assert get(phone, "/devices").json() == {"items": [answer.json()], "next": None}

    def test_removes_a_phone(self, phone: APIClient) -> None:
        device_id = post(phone, "/devices", DEVICE).json()["id"]

        answer = phone.delete(f"/api/v1/devices/{device_id}")

        assert (answer.status_code, get(phone, "/devices").json()["items"]) == (204, [])

    def test_hides_a_colleagues_phone_as_missing_and_keeps_it(self, phone: APIClient, colleague: Person) -> None:
        theirs = phone_of(colleague)
        device_id = post(theirs, "/devices", DEVICE).json()["id"]

        answer = phone.delete(f"/api/v1/devices/{device_id}")

        assert_problem(answer, "not_found")
        assert len(get(theirs, "/devices").json()["items"]) == 1

    @pytest.mark.parametrize(
        ("changes", "field"), [({"kind": "pager"}, "kind"), ({"value": ""}, "value"), ({"platform": "fax"}, "platform")]
    )
    def test_names_the_field_that_is_not_valid(self, phone: APIClient, changes: dict[str, str], field: str) -> None:
        answer = post(phone, "/devices", {**DEVICE, **changes})

        assert list(assert_problem(answer, "invalid_input")["fields"]) == [field]

    def test_refuses_an_address_that_cannot_be_printed(self, phone: APIClient) -> None:
        answer = post(phone, "/devices", {**DEVICE, "value": "tab\there"})

        assert list(assert_problem(answer, "invalid_input")["fields"]) == ["value"]
