"""Pushing a test to oneself."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from backend.domain.accounts.models import Person
from tests.api.calls import assert_problem, get, phone_of, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def device_id(phone: APIClient) -> str:
    """An iPhone of the owner's."""
    answer = post(phone, "/devices", {"kind": "fid", "value": "installation 1", "platform": "ios"})
    return str(answer.json()["id"])


class TestTestPush:
    def test_goes_to_my_devices_and_says_what_is_in_the_way(self, phone: APIClient, device_id: str) -> None:
        answer = post(phone, "/me/test-push")

        assert answer.status_code == 201
        body = answer.json()
        assert [(delivery["device_id"], delivery["state"]) for delivery in body["deliveries"]] == [
            (device_id, "created")
        ]
        assert [device["problem"] for device in body["devices"]] == [None]

    def test_can_be_followed(self, phone: APIClient, device_id: str) -> None:
        post(phone, "/me/test-push")

        body = get(phone, "/me/test-push").json()

        assert body["sent_at"] is not None
        assert [step["step"] for step in body["deliveries"][0]["steps"]] == ["created"]

    def test_is_one_a_minute_and_says_when_the_next_may_come(self, phone: APIClient, device_id: str) -> None:
        post(phone, "/me/test-push")

        answer = post(phone, "/me/test-push")

        assert_problem(answer, "too_many_requests")
        assert 0 < int(answer["Retry-After"]) <= 60

    def test_is_the_same_when_the_phone_sends_it_again(self, phone: APIClient, device_id: str) -> None:
        first = post(phone, "/me/test-push", key="one press")

        again = post(phone, "/me/test-push", key="one press")

        assert again.json() == first.json()

    def test_tells_nobody_of_a_colleagues_devices(self, colleague: Person, device_id: str) -> None:
        body = get(phone_of(colleague), "/me/test-push").json()

        assert (body["sent_at"], body["devices"], body["deliveries"]) == (None, [], [])
