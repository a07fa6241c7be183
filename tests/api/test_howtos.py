"""How-tos as curators and technicians see them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from rest_framework.test import APIClient

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.howtos.models import HowToVersion
from backend.domain.howtos.operations import draft_from_thread
from tests import cast
from tests.api.calls import V1, assert_problem, get, phone_of, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(curator: Person) -> APIClient:
    """The curator, signed in."""
    return phone_of(curator)


@pytest.fixture
def howto_id(phone: APIClient, thread_id: str, owner: Person, colleague: Person, curator: Person) -> str:
    """The draft from the owner's thread, which the colleague's answer fixed."""
    text = {"id": str(uuid7()), "text": "Close both valves. Clean the strainer."}
    suggestion = post(phone_of(colleague), f"/threads/{thread_id}/suggestions", text).json()
    attempt = post(phone, f"/suggestions/{suggestion['id']}/tries", {"id": str(uuid7())}).json()
    post(phone, f"/tries/{attempt['id']}/outcome", {"outcome": "fixed", "remedy": "Cleaned the strainer."})
    howto = draft_from_thread(organisation_id=owner.organisation_id, thread_id=thread_id, now=cast.NOW)  # type: ignore[arg-type]
    assert howto is not None
    return str(howto.pk)


def patch(client: APIClient, path: str, body: object) -> Any:
    return client.patch(f"{V1}{path}", json.dumps(body), content_type="application/json")


class TestReadHowTo:
    def test_shows_a_curator_the_draft(self, desk: APIClient, howto_id: str, thread_id: str) -> None:
        howto = get(desk, f"/howtos/{howto_id}").json()

        assert (howto["id"], howto["title"], howto["thread_id"]) == (howto_id, "Chiller will not start", thread_id)
        assert (howto["confidence"], howto["governance"], howto["fault_code"]) == ("wip", "experience", "E4")
        assert howto["asset_model"]["name"] == "AC-350"
        assert (howto["version"]["number"], howto["version"]["publication"]) == (1, "draft")
        assert howto["steps"][1] == {
            "position": 2,
            "text": "Clean the strainer.",
            "clip_id": None,
            "start_ms": None,
            "end_ms": None,
            "mark": None,
        }
        assert {(credit["contribution"], credit["person"]["name"]) for credit in howto["credits"]} == {
            ("asked", "Olive Owner"),
            ("answered", "Colin Colleague"),
        }

    def test_hides_the_draft_from_technicians(self, phone: APIClient, howto_id: str) -> None:
        assert_problem(get(phone, f"/howtos/{howto_id}"), "not_found")
        assert get(phone, "/howtos").json() == {"items": [], "next": None}

    def test_lists_it_for_a_curator(self, desk: APIClient, howto_id: str) -> None:
        (listed,) = get(desk, "/howtos", publication="draft", fault_code="e-04").json()["items"]

        assert (listed["id"], listed["title"], listed["version_number"], listed["publication"]) == (
            howto_id,
            "Chiller will not start",
            1,
            "draft",
        )

    def test_hides_it_from_another_organisation(self, outsider: Person, howto_id: str) -> None:
        outsider.role = "curator"
        outsider.save(update_fields=["role"])

        assert_problem(get(phone_of(outsider), f"/howtos/{howto_id}"), "not_found")


class TestCorrectDraft:
    def test_changes_steps_and_hazards(self, desk: APIClient, howto_id: str) -> None:
        body = {"hazards": "Isolate first", "steps": [{"text": "Isolate."}, {"text": "Clean the strainer."}]}

        answer = patch(desk, f"/howtos/{howto_id}/draft", body)

        assert answer.status_code == 200
        assert answer.json()["version"]["hazards"] == "Isolate first"
        assert [step["text"] for step in answer.json()["steps"]] == ["Isolate.", "Clean the strainer."]

    def test_is_refused_to_a_technician(self, phone: APIClient, howto_id: str) -> None:
        assert_problem(patch(phone, f"/howtos/{howto_id}/draft", {"title": "Mine"}), "not_allowed")

        assert HowToVersion.objects.get().title == "Chiller will not start"

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"title": ""}, "title"),
            ({"steps": [{"text": ""}]}, "steps.0.text"),
            ({"steps": [{"text": "Look", "start_ms": 5}]}, "steps"),
            ({"steps": "all"}, "steps"),
        ],
    )
    def test_names_the_field_that_is_wrong(
        self, body: dict[str, object], field: str, desk: APIClient, howto_id: str
    ) -> None:
        document = assert_problem(patch(desk, f"/howtos/{howto_id}/draft", body), "invalid_input")

        assert list(document["fields"]) == [field]


class TestRelease:
    def test_lets_everybody_see_and_find_it(self, desk: APIClient, phone: APIClient, howto_id: str) -> None:
        answer = post(desk, f"/howtos/{howto_id}/release", {"version": 1})

        assert answer.status_code == 200
        assert answer.json()["version"]["publication"] == "released"
        assert get(phone, f"/howtos/{howto_id}").json()["confidence"] == "not_validated"
        found = [(hit["kind"], hit["id"]) for hit in get(phone, "/search", q="E4 strainer").json()["items"]]
        assert ("howto", howto_id) in found

    def test_answers_a_repeat_with_the_first_answer(self, desk: APIClient, howto_id: str) -> None:
        key = str(uuid7())

        first, again = (post(desk, f"/howtos/{howto_id}/release", {"version": 1}, key=key) for _ in range(2))

        assert (first.status_code, again.status_code) == (200, 200)
        assert again.json() == first.json()

    def test_refuses_a_version_without_steps(self, desk: APIClient, howto_id: str) -> None:
        patch(desk, f"/howtos/{howto_id}/draft", {"steps": []})

        document = assert_problem(post(desk, f"/howtos/{howto_id}/release", {"version": 1}), "howto_incomplete")

        assert document["missing"] == ["steps"]

    def test_begins_the_next_version_from_what_is_out(self, desk: APIClient, phone: APIClient, howto_id: str) -> None:
        post(desk, f"/howtos/{howto_id}/release", {"version": 1})

        begun = post(desk, f"/howtos/{howto_id}/new-version")

        assert (begun.json()["version"]["number"], begun.json()["version"]["publication"]) == (2, "draft")
        assert get(phone, f"/howtos/{howto_id}").json()["version"]["number"] == 1

    def test_is_refused_to_a_technician(self, phone: APIClient, howto_id: str) -> None:
        assert_problem(post(phone, f"/howtos/{howto_id}/release", {"version": 1}), "not_allowed")

        assert HowToVersion.objects.get().publication == "draft"
