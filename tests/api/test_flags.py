"""Flags over the API."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.equipment.models import Asset
from tests.api.calls import assert_problem, get, phone_of, post
from tests.api.world import ask_about

pytestmark = pytest.mark.django_db


def answered(asset: Asset, asker: Person, peer: Person) -> str:
    thread = ask_about(asset, asker)
    body = {"id": str(uuid7()), "text": "Reset it."}
    return str(post(phone_of(peer), f"/threads/{thread.pk}/suggestions", body).json()["id"])


def a_flag(suggestion_id: str, **changes: object) -> dict[str, object]:
    body = {"id": str(uuid7()), "flagged_kind": "suggestion", "flagged_id": suggestion_id, "kind": "wrong"}
    return {**body, **changes}


def test_a_flag_is_one_however_often_it_is_sent_and_is_resolved_by_a_curator(
    phone: APIClient, asset: Asset, owner: Person, colleague: Person, curator: Person
) -> None:
    body, desk = a_flag(answered(asset, owner, colleague)), phone_of(curator)

    first, again = post(phone, "/flags", body), post(phone, "/flags", {**body, "id": str(uuid7())})

    made = first.json()
    assert (first.status_code, again.status_code, again.json()) == (201, 200, made)
    assert (made["due_owner"]["name"], made["status"]) == (curator.name, "open")
    assert_problem(post(phone, f"/flags/{made['id']}/resolution", {"to": "upheld"}), "not_allowed")
    refused = post(desk, f"/flags/{made['id']}/resolution", {"to": "dismissed"})
    assert list(assert_problem(refused, "invalid_input")["fields"]) == ["said"]
    done = post(desk, f"/flags/{made['id']}/resolution", {"to": "dismissed", "said": "It is right."}).json()
    assert (done["status"], done["due_owner"]) == ("dismissed", None)
    assert get(phone, f"/flags/{made['id']}").json()["resolution"] == "It is right."


@pytest.mark.parametrize("row_count", [1, 4])
def test_the_list_costs_the_same_queries_for_one_and_four(
    asset: Asset,
    owner: Person,
    colleague: Person,
    curator: Person,
    row_count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    phone, desk = phone_of(owner), phone_of(curator)
    for _ in range(row_count):
        post(phone, "/flags", a_flag(answered(asset, owner, colleague)))

    with django_assert_num_queries(2):  # session, flags with their people
        shown = get(desk, "/flags", mine="true").json()["items"]

    assert len(shown) == row_count
    assert get(desk, "/flags", late="true").json()["items"] == []
