"""Hazard words, cautions and signatures over the API."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.asking.models import Certification
from backend.domain.threads.models import Try
from tests.api.calls import V1, assert_problem, get, phone_of, post

pytestmark = pytest.mark.django_db


def answer_with(person: Person, thread_id: str, text: str) -> dict[str, Any]:
    created = post(phone_of(person), f"/threads/{thread_id}/suggestions", {"id": str(uuid7()), "text": text})
    assert created.status_code == 201, created.content
    return dict(created.json())


@pytest.fixture
def covered(thread_id: str, colleague: Person) -> dict[str, Any]:
    """An answer that speaks of a safety device."""
    return answer_with(colleague, thread_id, "Bridge the flow switch.")


def certify(person: Person, name: str = "isolation") -> None:
    Certification.objects.create(organisation_id=person.organisation_id, person=person, name=name)


class TestACoveredAnswer:
    def test_is_readable_with_its_hazards_named(
        self, phone: APIClient, thread_id: str, covered: dict[str, Any]
    ) -> None:
        (shown,) = get(phone, f"/threads/{thread_id}").json()["suggestions"]

        assert (shown["text"], shown["caution"]) == ("Bridge the flow switch.", covered["caution"])
        assert (shown["caution"]["is_covered"], shown["caution"]["kinds"]) == (True, ["isolation"])
        assert shown["caution"]["words"] == [
            {
                "kind": "isolation",
                "said": "Bridge the flow switch",
                "start": 0,
                "end": 22,
                "start_ms": None,
                "end_ms": None,
            }
        ]

    def test_can_be_tried_by_whoever_read_the_caution(self, phone: APIClient, covered: dict[str, Any]) -> None:
        body = {"id": str(uuid7())}

        refused = post(phone, f"/suggestions/{covered['id']}/tries", body)
        tries = Try.objects.count()
        started = post(phone, f"/suggestions/{covered['id']}/tries", {**body, "acknowledges_caution": True})

        assert assert_problem(refused, "caution_not_acknowledged")["caution_id"] == covered["caution"]["id"]
        assert (tries, started.status_code) == (0, 201)
        assert started.json()["acknowledged_caution_id"] == covered["caution"]["id"]

    @pytest.mark.parametrize("row_count", [1, 4])
    def test_costs_one_query_more_however_many_there_are(
        self,
        phone: APIClient,
        thread_id: str,
        colleague: Person,
        row_count: int,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        for _ in range(row_count):
            answer_with(colleague, thread_id, "Bridge the flow switch.")

        with django_assert_num_queries(12):  # as any thread without clips, and the signatures
            thread = get(phone, f"/threads/{thread_id}").json()

        assert len(thread["suggestions"]) == row_count


class TestSigning:
    def test_takes_the_cover_off(
        self, phone: APIClient, thread_id: str, covered: dict[str, Any], curator: Person
    ) -> None:
        certify(curator)
        waiting = get(phone_of(curator), "/cautions").json()["items"]

        signed = post(phone_of(curator), f"/cautions/{waiting[0]['id']}/signature", {"note": "Two minutes at most."})

        assert (waiting[0]["thread_id"], waiting[0]["title"]) == (thread_id, "Chiller will not start")
        assert (signed.status_code, signed.json()["is_covered"]) == (200, False)
        (signature,) = get(phone, f"/threads/{thread_id}").json()["suggestions"][0]["caution"]["signatures"]
        assert (signature["person"]["name"], signature["kind"], signature["note"]) == (
            "Cora Curator",
            "isolation",
            "Two minutes at most.",
        )
        assert get(phone_of(curator), "/cautions").json()["items"] == []

    def test_is_refused_to_a_role_without_the_certification(self, covered: dict[str, Any], curator: Person) -> None:
        address = f"/cautions/{covered['caution']['id']}"

        assert_problem(post(phone_of(curator), f"{address}/signature", {}), "not_allowed")

        assert get(phone_of(curator), address).json()["is_covered"]

    @pytest.mark.parametrize("row_count", [1, 4])
    def test_has_a_list_of_a_constant_number_of_queries(
        self,
        phone: APIClient,
        thread_id: str,
        colleague: Person,
        row_count: int,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        for _ in range(row_count):
            answer_with(colleague, thread_id, "Bridge the flow switch.")

        with django_assert_num_queries(3):  # session, cautions, signatures
            answer = get(phone, "/cautions")

        assert len(answer.json()["items"]) == row_count


class TestHazardWords:
    def test_are_written_down_and_given_back(self, curator: Person) -> None:
        phone = phone_of(curator)
        body = {"phrases": ["red lever", "red  lever", "pull ... lever"], "certification": "F-gas"}

        own = phone.put(f"{V1}/hazard-words/gas", body, format="json").json()
        product = phone.delete(f"{V1}/hazard-words/gas").json()

        assert (own["phrases"], own["certification"], own["is_own"]) == (
            ["red lever", "pull … lever"],
            "F-gas",
            True,
        )
        assert own["changed_by"]["name"] == "Cora Curator"
        assert (product["is_own"], "gas leak" in product["phrases"]) == (False, True)

    def test_are_seen_by_everybody(self, phone: APIClient) -> None:
        kinds = [hazard["kind"] for hazard in get(phone, "/hazard-words").json()["items"]]

        assert kinds[:2] == ["electricity", "isolation"]
        assert len(kinds) == 8

    def test_are_refused_from_a_technician_or_for_no_kind(self, phone: APIClient, curator: Person) -> None:
        body = {"phrases": ["red lever"], "certification": "F-gas"}

        assert_problem(phone.put(f"{V1}/hazard-words/gas", body, format="json"), "not_allowed")
        assert_problem(phone_of(curator).put(f"{V1}/hazard-words/ghosts", body, format="json"), "not_found")

    def test_without_a_word_are_refused_beside_their_field(self, curator: Person) -> None:
        body = {"phrases": ["…"], "certification": "F-gas"}

        answer = phone_of(curator).put(f"{V1}/hazard-words/gas", body, format="json")

        assert list(assert_problem(answer, "invalid_input")["fields"]) == ["phrases"]
