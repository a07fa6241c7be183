"""Search as a phone sees it."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from backend.domain.accounts.models import Person
from backend.domain.equipment.models import Asset
from tests.api.calls import assert_problem, get, phone_of

pytestmark = pytest.mark.django_db


class TestSearch:
    def test_finds_the_thread_by_its_code_as_spoken(self, phone: APIClient, thread_id: str) -> None:
        answer = get(phone, "/search", q="E four chiller dead")

        (hit,) = answer.json()["items"]
        assert answer.status_code == 200
        assert (hit["kind"], hit["id"], hit["title"]) == ("thread", thread_id, "Chiller will not start")
        assert (hit["matched"], hit["is_solved"], hit["moment"]) == ("identifier", False, None)

    def test_marks_what_matched_by_ranges_of_plain_text(self, phone: APIClient, thread_id: str) -> None:
        (hit,) = get(phone, "/search", q="air cooled chillers").json()["items"]

        marked = [hit["snippet"][start:end] for start, end in hit["matches"]]
        assert marked == ["AC", "air", "cooled", "chiller"]  # "AC" is said for cooling, too

    def test_shows_another_organisation_nothing(self, thread_id: str, outsider: Person) -> None:
        answer = get(phone_of(outsider), "/search", q="E4 chiller")

        assert (answer.status_code, answer.json()) == (200, {"items": [], "read_as": [], "offered": [], "facets": None})

    def test_needs_something_to_look_for(self, phone: APIClient) -> None:
        document = assert_problem(get(phone, "/search"), "invalid_input")

        assert list(document["fields"]) == ["q"]

    def test_refuses_a_limit_beyond_fifty(self, phone: APIClient) -> None:
        document = assert_problem(get(phone, "/search", q="chiller", limit=51), "invalid_input")

        assert list(document["fields"]) == ["limit"]

    def test_reads_a_typing_error_as_what_was_meant_and_says_so(self, phone: APIClient, thread_id: str) -> None:
        answer = get(phone, "/search", q="chillre E44").json()

        assert [hit["id"] for hit in answer["items"]] == [thread_id]
        assert answer["read_as"] == [{"asked": "chillre", "used": "chiller"}]
        assert answer["offered"] == [{"asked": "E44", "used": "E4"}]

    def test_narrows_down_by_every_fact_and_says_what_else_there_is(
        self, phone: APIClient, thread_id: str, asset: Asset
    ) -> None:
        facts = {"make": "zephrane", "model": "ac 350", "code": "e-4", "site_id": str(asset.site_id)}
        rest = {"outcome": "unsolved", "language": "en-GB", "held": "false"}

        found = get(phone, "/search", q="chiller", facets="true", **facts, **rest).json()
        others = get(phone, "/search", q="chiller", make="Kulto", facets="true").json()

        assert [hit["id"] for hit in found["items"]] == [thread_id]
        assert found["facets"]["site_id"] == [{"value": str(asset.site_id), "label": asset.site.name, "count": 1}]
        assert (others["items"], others["facets"]["model"]) == ([], [])
        assert others["facets"]["make"] == [{"value": "Zephrane", "label": "Zephrane", "count": 1}]

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("model", "--"), ("code", "…"), ("code", "E" * 65), ("site_id", "Leeds"), ("outcome", "fixed"),
            ("language", "d'oh"), ("held", "perhaps"), ("facets", "all"), ("make", "m" * 101),
        ],
    )  # fmt: skip
    def test_tells_of_a_filter_that_it_makes_no_sense(self, phone: APIClient, name: str, value: str) -> None:
        document = assert_problem(get(phone, "/search", q="chiller", **{name: value}), "invalid_input")

        assert list(document["fields"]) == [name]

    def test_takes_an_empty_filter_for_none(self, phone: APIClient, thread_id: str) -> None:
        empty = dict.fromkeys(("make", "model", "code", "site_id", "outcome", "language", "held"), "")

        assert [hit["id"] for hit in get(phone, "/search", q="chiller", **empty).json()["items"]] == [thread_id]

    def test_is_for_people_who_are_signed_in(self) -> None:
        assert_problem(get(phone_of(None), "/search", q="chiller"), "not_signed_in")
