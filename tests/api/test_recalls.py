"""Recalls over the API."""

from __future__ import annotations

from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person, Site
from backend.domain.corrections.models import Recall
from backend.domain.threads.models import Suggestion, Try
from tests import cast
from tests.api.calls import assert_problem, get, phone_of, post

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
    return Recall.objects.get()


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
        assert [person["name"] for person in shown["missing"]] == ["Tess Tried"]
        assert_problem(get(phone, address), "not_allowed")
        closed = post(desk, f"{address}/closing", {"reason": "Tess was phoned."}).json()
        assert (closed["status"], closed["close_reason"]) == ("closed", "Tess was phoned.")

    @pytest.mark.parametrize("row_count", [1, 20])
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

        with django_assert_num_queries(3):  # session, recall with correction, notices
            assert len(get(desk, f"/recalls/{recall.pk}").json()["missing"]) == row_count
