"""Corrections over the API."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.corrections.models import Correction
from tests.api.calls import assert_problem, get, phone_of, post

pytestmark = pytest.mark.django_db


def findings(**changes: object) -> dict[str, object]:
    said = {
        "severity": "unsafe",
        "what": "It hides a fault.",
        "why": "The pump ran dry.",
        "procedure": "Bleed the loop first.",
    }
    return {"id": str(uuid7()), **said, **changes}


@pytest.fixture
def suggestion_id(thread_id: str, colleague: Person) -> str:
    body = {"id": str(uuid7()), "text": "Reset it."}
    return str(post(phone_of(colleague), f"/threads/{thread_id}/suggestions", body).json()["id"])


class TestCorrect:
    def test_shows_what_is_right_and_refuses_tries(
        self, phone: APIClient, thread_id: str, suggestion_id: str, curator: Person
    ) -> None:
        body = findings()

        first = post(phone_of(curator), f"/suggestions/{suggestion_id}/corrections", body)
        again = post(phone_of(curator), f"/suggestions/{suggestion_id}/corrections", body)

        assert (first.status_code, again.status_code, again.json()) == (201, 200, first.json())
        (shown,) = get(phone, f"/threads/{thread_id}").json()["suggestions"]
        assert (shown["text"], shown["corrections"]) == ("Reset it.", [first.json()])
        assert shown["recalled_at"] is not None
        refused = post(phone, f"/suggestions/{suggestion_id}/tries", {"id": str(uuid7())})
        assert assert_problem(refused, "advice_recalled")["procedure"] == "Bleed the loop first."

    def test_without_a_reason_is_refused_beside_its_field(self, suggestion_id: str, curator: Person) -> None:
        answer = post(phone_of(curator), f"/suggestions/{suggestion_id}/corrections", findings(why=" "))

        assert list(assert_problem(answer, "invalid_input")["fields"]) == ["why"]
        assert Correction.objects.count() == 0

    def test_is_refused_to_a_technician(self, phone: APIClient, suggestion_id: str) -> None:
        assert_problem(post(phone, f"/suggestions/{suggestion_id}/corrections", findings()), "not_allowed")


class TestWithdraw:
    def test_keeps_it_with_the_reason(
        self, phone: APIClient, thread_id: str, suggestion_id: str, curator: Person
    ) -> None:
        made = post(phone_of(curator), f"/suggestions/{suggestion_id}/corrections", findings()).json()

        answer = post(phone_of(curator), f"/corrections/{made['id']}/withdrawal", {"reason": "Another pump."})

        assert (answer.status_code, answer.json()["status"]) == (200, "withdrawn")
        (shown,) = get(phone, f"/threads/{thread_id}").json()["suggestions"]
        assert (shown["corrected_at"], shown["corrections"][0]["withdrawal_reason"]) == (None, "Another pump.")
