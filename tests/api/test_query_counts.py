"""What a page costs the database: the same for one row and for four, so for any number: no query stands in a loop."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from backend.domain.accounts.models import Person
from backend.domain.actor import Role
from backend.domain.equipment.models import Asset
from backend.domain.equipment.operations import add_asset, add_asset_model
from backend.domain.howtos.operations import draft_from_thread
from backend.domain.threads.states import TryOutcome
from tests import cast
from tests.api.calls import get, phone_of, post
from tests.api.test_inbox import tell
from tests.api.world import answer_and_try, ask_about

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("row_count", [1, 4])
class TestQueryCount:
    def test_of_threads(
        self,
        *,
        phone: APIClient,
        owner: Person,
        colleague: Person,
        asset: Asset,
        row_count: int,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        for number in range(row_count):
            thread = ask_about(asset, owner, f"Fault {number}")
            answer_and_try(thread, colleague, TryOutcome.NO)

        with django_assert_num_queries(4):  # session, threads, fault codes, arriving clips
            answer = get(phone, "/threads")

        assert len(answer.json()["items"]) == row_count

    def test_of_one_thread_with_suggestions_and_tries(
        self,
        *,
        phone: APIClient,
        owner: Person,
        colleague: Person,
        asset: Asset,
        row_count: int,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        thread = ask_about(asset, owner)
        for _ in range(row_count):
            answer_and_try(thread, colleague, TryOutcome.NO)
            thread.refresh_from_db()

        with django_assert_num_queries(14):
            # session, thread, codes, answers, corrections, tries, comments, similar, visits, asks, viewers, clips × 3
            answer = get(phone, f"/threads/{thread.pk}")

        assert len(answer.json()["suggestions"]) == row_count

    def test_of_one_thread_is_the_same_for_who_asked_and_who_looks(
        self, *, phone: APIClient, owner: Person, colleague: Person, asset: Asset, row_count: int
    ) -> None:
        thread = ask_about(asset, owner)
        for number in range(row_count):
            get(phone_of(cast.new_person(owner.site, f"P{number} Peer")), f"/threads/{thread.pk}")

        assert queries_of(phone, f"/threads/{thread.pk}") == queries_of(phone_of(colleague), f"/threads/{thread.pk}")
        assert get(phone, f"/threads/{thread.pk}").json()["viewers"]["items"][-1]["name"] == "P0 Peer"

    def test_is_a_supervisors_too(
        self, *, phone: APIClient, owner: Person, colleague: Person, asset: Asset, row_count: int
    ) -> None:
        threads = [ask_about(asset, owner, f"Fault {number}") for number in range(row_count)]
        supervisor = cast.new_person(owner.site, "Sam Supervisor", Role.SUPERVISOR)
        cast.everybodys_community(owner.organisation)

        for path in ("/threads", f"/threads/{threads[0].pk}", f"/assets/{asset.pk}/briefing", "/search?q=fault"):
            assert queries_of(phone_of(supervisor), path) == queries_of(phone, path), path

    def test_of_machines(
        self, phone: APIClient, asset: Asset, row_count: int, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        for number in range(row_count - 1):
            model = add_asset_model(
                organisation=asset.organisation,
                make="Zephrane",
                name=f"AC-{number}",
                family="chiller",
                fault_codes={"E1": "", "E2": ""},
            )
            add_asset(asset_model=model, site=asset.site, tag=f"CHL-{number}")

        with django_assert_num_queries(3):  # session, machines with models and sites, fault codes
            answer = get(phone, "/assets")

        assert len(answer.json()["items"]) == row_count

    def test_of_sessions(
        self, phone: APIClient, owner: Person, row_count: int, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        for _ in range(row_count - 1):
            cast.session_token(owner)

        with django_assert_num_queries(2):  # session, sessions
            answer = get(phone, "/me/sessions")

        assert len(answer.json()["items"]) == row_count

    def test_of_the_inbox(
        self, phone: APIClient, owner: Person, row_count: int, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        tell(owner, row_count)

        with django_assert_num_queries(2):  # session, entries
            answer = get(phone, "/inbox")

        assert len(answer.json()["items"]) == row_count

    def test_of_the_deliveries_of_an_entry(
        self, *, phone: APIClient, owner: Person, row_count: int, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        for number in range(row_count):
            post(phone, "/devices", {"kind": "fid", "value": f"installation {number}", "platform": "ios"})
        tell(owner)
        entry_id = get(phone, "/inbox").json()["items"][0]["id"]

        with django_assert_num_queries(3):  # session, entry, deliveries
            answer = get(phone, f"/inbox/{entry_id}/deliveries")

        assert len(answer.json()["items"]) == row_count

    def test_of_devices(
        self, phone: APIClient, row_count: int, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        for number in range(row_count):
            post(phone, "/devices", {"kind": "fid", "value": f"installation {number}", "platform": "ios"})

        with django_assert_num_queries(2):  # session, devices
            answer = get(phone, "/devices")

        assert len(answer.json()["items"]) == row_count

    def test_of_howtos_and_of_search(
        self,
        *,
        owner: Person,
        colleague: Person,
        curator: Person,
        asset: Asset,
        row_count: int,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        for number in range(row_count):
            thread = ask_about(asset, owner, f"Chiller fault {number}")
            answer_and_try(thread, colleague, TryOutcome.FIXED)
            draft_from_thread(organisation_id=owner.organisation_id, thread_id=thread.pk, now=cast.NOW)
        desk = phone_of(curator)

        with django_assert_num_queries(3):  # session, how-tos, versions
            howtos = get(desk, "/howtos").json()["items"]
        with django_assert_num_queries(12):
            # session, how-to, versions, steps, credits, approvals; what stands against it, and that it was seen
            get(desk, f"/howtos/{howtos[0]['id']}")
        with django_assert_num_queries(8):
            # session, what is rare, best by words, their passages, snippets; a note between begin and commit
            hits = get(desk, "/search", q="chiller").json()["items"]

        assert (len(howtos), len(hits)) == (row_count, row_count)


class TestQueryCountOfOne:
    def test_of_me(self, phone: APIClient, django_assert_num_queries: DjangoAssertNumQueries) -> None:
        with django_assert_num_queries(2):  # session, person with site and organisation
            get(phone, "/me")

    def test_of_a_machine(
        self, phone: APIClient, asset: Asset, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        with django_assert_num_queries(3):  # session, machine with model and site, fault codes
            get(phone, f"/assets/{asset.pk}")

    def test_of_the_badge(self, phone: APIClient, django_assert_num_queries: DjangoAssertNumQueries) -> None:
        with django_assert_num_queries(2):  # session, count
            get(phone, "/inbox/unread")


def queries_of(phone: APIClient, path: str) -> int:
    """Return how many queries it costs."""
    with CaptureQueriesContext(connection) as captured:
        assert get(phone, path).status_code == 200
    return len(captured)
