"""Search as a phone sees it."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from backend.domain.accounts.models import Person
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

        assert (answer.status_code, answer.json()) == (200, {"items": []})

    def test_needs_something_to_look_for(self, phone: APIClient) -> None:
        document = assert_problem(get(phone, "/search"), "invalid_input")

        assert list(document["fields"]) == ["q"]

    def test_refuses_a_limit_beyond_fifty(self, phone: APIClient) -> None:
        document = assert_problem(get(phone, "/search", q="chiller", limit=51), "invalid_input")

        assert list(document["fields"]) == ["limit"]

    def test_is_for_people_who_are_signed_in(self) -> None:
        assert_problem(get(phone_of(None), "/search", q="chiller"), "not_signed_in")
