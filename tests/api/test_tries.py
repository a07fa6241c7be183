"""Trying a suggestion and saying how it went."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.equipment.models import Asset
from backend.domain.equipment.operations import add_asset
from backend.domain.threads.models import Try
from backend.outbox.models import OutboxEvent
from tests.api.calls import V1, assert_problem, get, phone_of, post

pytestmark = pytest.mark.django_db


def suggest(person: Person, thread_id: str, text: str = "Bleed the air.") -> str:
    body = {"id": str(uuid7()), "text": text}
    return str(post(phone_of(person), f"/threads/{thread_id}/suggestions", body).json()["id"])


def start(phone: APIClient, suggestion_id: str) -> str:
    return str(post(phone, f"/suggestions/{suggestion_id}/tries", {"id": str(uuid7())}).json()["id"])


@pytest.fixture
def suggestion_id(thread_id: str, colleague: Person) -> str:
    return suggest(colleague, thread_id)


class TestStartTry:
    def test_has_the_thread_trying_and_starts_once_when_the_phone_repeats_itself(
        self, phone: APIClient, thread_id: str, suggestion_id: str
    ) -> None:
        body = {"id": str(uuid7()), "clip_id": str(uuid7())}

        first = post(phone, f"/suggestions/{suggestion_id}/tries", body)
        again = post(phone, f"/suggestions/{suggestion_id}/tries", body)

        assert (first.status_code, again.status_code, Try.objects.count()) == (201, 200, 1)
        assert again.json() == first.json()
        assert (first.json()["outcome"], first.json()["clip"]["id"]) == (None, body["clip_id"])
        assert get(phone, f"/threads/{thread_id}").json()["status"] == "trying"

    def test_is_refused_while_another_try_runs(self, phone: APIClient, suggestion_id: str) -> None:
        start(phone, suggestion_id)

        answer = post(phone, f"/suggestions/{suggestion_id}/tries", {"id": str(uuid7())})

        problem = assert_problem(answer, "illegal_move")
        assert problem["state"] == "trying"
        assert "fixed" in problem["allowed"]
        assert Try.objects.count() == 1


class TestAnotherMachine:
    def test_is_named_by_a_later_try_that_leaves_the_thread_fixed(
        self, phone: APIClient, thread_id: str, suggestion_id: str, asset: Asset, curator: Person
    ) -> None:
        post(phone, f"/tries/{start(phone, suggestion_id)}/outcome", {"outcome": "fixed"})
        other = add_asset(asset_model=asset.asset_model, site=asset.site, tag="CHL-B")
        body = {"id": str(uuid7()), "asset_id": str(other.pk)}

        later = post(phone_of(curator), f"/suggestions/{suggestion_id}/tries", body)
        post(phone_of(curator), f"/tries/{body['id']}/outcome", {"outcome": "partly"})

        thread = get(phone, f"/threads/{thread_id}").json()
        assert (later.status_code, later.json()["moves_thread"], thread["status"]) == (201, False, "fixed")
        tries = thread["suggestions"][0]["tries"]
        assert [one["asset"]["tag"] for one in tries] == ["CHL-A", "CHL-B"]
        assert [one["outcome"] for one in tries] == ["fixed", "partly"]


class TestPutOutcomeRight:
    def test_replaces_it(self, phone: APIClient, thread_id: str, suggestion_id: str) -> None:
        try_id = start(phone, suggestion_id)
        post(phone, f"/tries/{try_id}/outcome", {"outcome": "no"})

        answer = phone.put(
            f"{V1}/tries/{try_id}/outcome", {"outcome": "fixed", "remedy": "Bled the air"}, format="json"
        )

        thread = get(phone, f"/threads/{thread_id}").json()
        assert (answer.status_code, answer.json()["outcome"]) == (200, "fixed")
        assert (thread["status"], thread["remedy"]) == ("fixed", "Bled the air")

    def test_is_refused_while_the_try_runs(self, phone: APIClient, suggestion_id: str) -> None:
        try_id = start(phone, suggestion_id)

        answer = phone.put(f"{V1}/tries/{try_id}/outcome", {"outcome": "fixed"}, format="json")

        assert_problem(answer, "illegal_move")
        assert Try.objects.get().outcome == ""


class TestRecordOutcome:
    def test_closes_the_thread_with_problem_cause_and_remedy(
        self, phone: APIClient, thread_id: str, suggestion_id: str
    ) -> None:
        try_id = start(phone, suggestion_id)
        closing = {"problem": "No flow", "cause": "Air in the loop", "remedy": "Bled the air"}

        answer = post(phone, f"/tries/{try_id}/outcome", {"outcome": "fixed", "minutes": 12, **closing})

        thread = get(phone, f"/threads/{thread_id}").json()
        assert (answer.status_code, answer.json()["outcome"], answer.json()["minutes"]) == (200, "fixed", 12)
        assert (thread["status"], {name: thread[name] for name in closing}) == ("fixed", closing)
        tally = thread["suggestions"][0]["tally"]
        assert (tally["tries"], tally["fixed"], tally["minutes_median"]) == (1, 1, 12.0)
        assert OutboxEvent.objects.filter(name="thread.fixed").count() == 1

    def test_goes_on_looking_and_ranks_what_failed_last(
        self, phone: APIClient, thread_id: str, suggestion_id: str, colleague: Person
    ) -> None:
        untried = suggest(colleague, thread_id, "Swap the flow switch.")
        try_id = start(phone, suggestion_id)

        post(phone, f"/tries/{try_id}/outcome", {"outcome": "no", "note": "Still E4."})

        thread = get(phone, f"/threads/{thread_id}").json()
        assert thread["status"] == "answered"
        assert [one["id"] for one in thread["suggestions"]] == [untried, suggestion_id]
        assert thread["suggestions"][1]["tally"] == {
            "tries": 1,
            "fixed": 0,
            "partly": 0,
            "no": 1,
            "worse": 0,
            "minutes_median": None,
            "success_share": pytest.approx(1 / 3),
        }

    def test_is_said_once(self, phone: APIClient, suggestion_id: str) -> None:
        try_id = start(phone, suggestion_id)
        post(phone, f"/tries/{try_id}/outcome", {"outcome": "no"})

        answer = post(phone, f"/tries/{try_id}/outcome", {"outcome": "fixed"})

        problem = assert_problem(answer, "illegal_move")
        assert (problem["state"], problem["allowed"]) == ("no", [])

    def test_is_said_by_the_person_who_tries(self, phone: APIClient, suggestion_id: str, colleague: Person) -> None:
        try_id = start(phone, suggestion_id)

        answer = post(phone_of(colleague), f"/tries/{try_id}/outcome", {"outcome": "fixed"})

        assert_problem(answer, "not_allowed")
        assert Try.objects.get().outcome == ""

    @pytest.mark.parametrize(
        ("changes", "field"),
        [({"outcome": "maybe"}, "outcome"), ({"minutes": -1}, "minutes"), ({"parts": "x" * 301}, "parts")],
    )
    def test_names_the_field_that_is_not_valid(
        self, phone: APIClient, suggestion_id: str, changes: dict[str, object], field: str
    ) -> None:
        try_id = start(phone, suggestion_id)

        answer = post(phone, f"/tries/{try_id}/outcome", {"outcome": "fixed", **changes})

        assert list(assert_problem(answer, "invalid_input")["fields"]) == [field]
        assert Try.objects.get().outcome == ""
