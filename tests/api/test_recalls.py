"""Recalls over the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person, Site
from backend.domain.corrections.models import Recall
from backend.domain.equipment.models import Asset
from backend.domain.threads.models import Suggestion, Try
from tests import cast
from tests.api.calls import assert_problem, get, phone_of, post
from tests.api.world import ask_about

pytestmark = pytest.mark.django_db


def recall_after(person_who_tried: list[Person], thread_id: str, author: Person, curator: Person) -> Recall:
    body = {"id": str(uuid7()), "text": "Reset it."}
    advice = Suggestion.objects.get(pk=post(phone_of(author), f"/threads/{thread_id}/suggestions", body).json()["id"])
    for person in person_who_tried:
        Try.objects.create(
            organisation_id=person.organisation_id,
            suggestion=advice,
            thread_id=advice.thread_id,
            person=person,
            moves_thread=False,
            outcome="no",
            started_at=cast.NOW,
            ended_at=cast.NOW,
        )
    said = {"severity": "unsafe", "what": "a", "why": "b", "procedure": "c"}
    assert (
        post(phone_of(curator), f"/suggestions/{advice.pk}/corrections", {"id": str(uuid7()), **said}).status_code
        == 201
    )
    return Recall.objects.get(suggestion=advice)


class TestARecall:
    def test_is_acknowledged_by_whoever_tried_and_closed_by_a_curator(
        self, phone: APIClient, thread_id: str, owner: Person, colleague: Person, curator: Person, site: Site
    ) -> None:
        recall = recall_after([owner, cast.new_person(site, "Tess Tried")], thread_id, colleague, curator)
        desk, address = phone_of(curator), f"/recalls/{recall.pk}"

        acknowledged = post(phone, f"{address}/acknowledgement", {})

        shown: dict[str, Any] = get(desk, address).json()
        assert (acknowledged.status_code, acknowledged.json()["recall_id"]) == (200, str(recall.pk))
        assert (shown["told_count"], shown["acknowledged_count"]) == (2, 1)
        assert [(one["person"]["name"], one["reach"]) for one in shown["missing"]] == [("Tess Tried", "applied")]
        assert [one["what"] for one in shown["corrections"]] == ["a"]
        assert_problem(get(phone, address), "not_allowed")
        closed = post(desk, f"{address}/closing", {"reason": "Tess was phoned."}).json()
        assert (closed["status"], closed["close_reason"]) == ("closed", "Tess was phoned.")

    def test_is_not_acknowledged_by_whoever_read_what_was_said_before(
        self, phone: APIClient, thread_id: str, owner: Person, colleague: Person, curator: Person
    ) -> None:
        recall = recall_after([owner], thread_id, colleague, curator)
        address, told_at = f"/recalls/{recall.pk}/acknowledgement", recall.begun_at

        before = post(phone, address, {"told_at": (told_at - timedelta(seconds=1)).isoformat()}).json()
        newest = post(phone, address, {"told_at": told_at.isoformat()}).json()

        assert before["acknowledged_at"] is None
        assert before["told_at"] == newest["told_at"]
        assert newest["acknowledged_at"] is not None
        problem = assert_problem(post(phone, address, {"told_at": "yesterday"}), "invalid_input")
        assert "told_at" in problem["fields"]

    @pytest.mark.parametrize("row_count", [1, 4])
    def test_costs_the_same_queries_however_many_were_told(
        self,
        thread_id: str,
        colleague: Person,
        curator: Person,
        site: Site,
        row_count: int,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        people = [cast.new_person(site, f"Person{number} Tried") for number in range(row_count)]
        recall, desk = recall_after(people, thread_id, colleague, curator), phone_of(curator)

        with django_assert_num_queries(4):  # session, recall with its counts, corrections, notices
            assert len(get(desk, f"/recalls/{recall.pk}").json()["missing"]) == row_count


class TestTheListOfRecalls:
    @pytest.mark.parametrize("row_count", [1, 4])
    def test_counts_and_costs_the_same_queries_for_one_and_four(
        self,
        asset: Asset,
        owner: Person,
        colleague: Person,
        curator: Person,
        row_count: int,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        desk = phone_of(curator)
        for number in range(row_count):
            thread = ask_about(asset, owner, f"Fault {number}")
            recall_after([owner], str(thread.pk), colleague, curator)
        last = Recall.objects.order_by("pk").last()
        assert last is not None
        post(phone_of(owner), f"/recalls/{last.pk}/acknowledgement", {})

        with django_assert_num_queries(3):  # session, recalls with their counts, corrections
            shown = get(desk, "/recalls", open="true").json()["items"]

        counts = {(one["title"], one["told_count"], one["acknowledged_count"]) for one in shown}
        assert counts == {(f"Fault {n}", 1, int(n == row_count - 1)) for n in range(row_count)}
        assert get(desk, "/recalls", open="false").json()["items"] == []
        assert_problem(get(phone_of(owner), "/recalls"), "not_allowed")
