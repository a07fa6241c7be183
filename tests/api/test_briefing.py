"""Standing before a machine: its tag, and what is known of it."""

from __future__ import annotations

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.equipment.models import Asset
from backend.domain.equipment.operations import add_asset
from backend.domain.threads.states import TryOutcome
from tests.api.calls import assert_problem, get, phone_of, post
from tests.api.world import answer_and_try, ask_about

pytestmark = pytest.mark.django_db


class TestBriefing:
    def test_tells_what_was_fixed_and_by_whom(
        self, phone: APIClient, asset: Asset, owner: Person, colleague: Person
    ) -> None:
        thread = ask_about(asset, owner)
        answer_and_try(thread, colleague, TryOutcome.FIXED)

        briefing = get(phone, f"/assets/{asset.pk}/briefing").json()

        (fixed,) = briefing["fixed"]
        assert (briefing["asset"]["tag"], fixed["id"], fixed["remedy"]) == ("CHL-A", str(thread.pk), "Bleed the air.")
        assert [one["person"]["name"] for one in briefing["last_people"]] == ["Olive Owner"]
        assert (briefing["open_threads"], briefing["repeat_visits"], briefing["failed"]) == ([], [], [])

    def test_says_what_did_not_work(self, phone: APIClient, asset: Asset, owner: Person, colleague: Person) -> None:
        thread = ask_about(asset, owner)
        suggestion, _ = answer_and_try(thread, colleague, TryOutcome.NO)
        for _ in range(2):
            try_again(phone, str(suggestion.pk), asset)

        (failed,) = get(phone, f"/assets/{asset.pk}/briefing").json()["failed"]

        assert (failed["suggestion_id"], failed["tally"]["tries"], failed["tally"]["fixed"]) == (
            str(suggestion.pk),
            3,
            0,
        )

    def test_is_found_by_the_tag(self, phone: APIClient, asset: Asset) -> None:
        assert get(phone, "/assets/by-tag/chl-a/briefing").json()["asset"]["id"] == str(asset.pk)
        assert_problem(get(phone, "/assets/by-tag/CHL-X/briefing"), "not_found")

    def test_hides_another_organisations_tag(self, outsider: Person, asset: Asset) -> None:
        assert_problem(get(phone_of(outsider), f"/assets/by-tag/{asset.tag}/briefing"), "not_found")

    @pytest.mark.parametrize("count", [1, 4])
    def test_costs_the_same_however_much_happened(
        self,
        *,
        phone: APIClient,
        asset: Asset,
        owner: Person,
        colleague: Person,
        count: int,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        for number in range(count):
            answer_and_try(ask_about(asset, owner, f"Fault {number}"), colleague, TryOutcome.FIXED)

        with django_assert_num_queries(11):  # session, and the briefing's own; nothing failed, so no tries of it
            get(phone, f"/assets/{asset.pk}/briefing")


class TestTag:
    def test_is_a_picture_to_print(self, phone: APIClient, asset: Asset) -> None:
        answer = get(phone, f"/assets/{asset.pk}/tag.svg")

        assert (answer.status_code, answer["Content-Type"]) == (200, "image/svg+xml")
        assert answer.content.startswith(b"<svg ")
        assert b">CHL-A</text>" in answer.content

    def test_scanned_leads_to_its_machine(self, phone: APIClient, asset: Asset) -> None:
        for code in (f"http://127.0.0.1:8000/a/{asset.pk}", str(asset.pk), "CHL-A"):
            assert get(phone, "/assets/scan", code=code).json()["id"] == str(asset.pk)

    def test_of_many_machines_is_a_page_of_sheets_to_print(
        self, phone: APIClient, asset: Asset, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        others = [
            add_asset(asset_model=asset.asset_model, site=asset.site, tag=f"<{number}> & co") for number in range(24)
        ]
        ids = [str(machine.pk) for machine in (asset, *reversed(others))]

        with django_assert_num_queries(2):  # session, machines
            answer = get(phone, "/asset-tags.html", ids=", ".join(ids))

        page = answer.content.decode()
        assert (answer.status_code, answer["Content-Type"]) == (200, "text/html; charset=utf-8")
        assert (page.count("<section>"), page.count("<article>"), page.count("<svg")) == (2, 25, 25)
        assert page.index("<b>CHL-A</b>") < page.index("<b>&lt;23&gt; &amp; co</b>") < page.index("&lt;22&gt;")
        assert "<script" not in page

    def test_of_a_sheet_refuses_what_it_cannot_print(self, phone: APIClient, outsider: Person, asset: Asset) -> None:
        foreign, own = phone_of(outsider), str(asset.pk)

        assert_problem(get(foreign, "/asset-tags.html", ids=own), "not_found")
        assert_problem(get(phone, "/asset-tags.html", ids=f"{own},{uuid7()}"), "not_found")
        for ids in ("", "CHL-A", f"{own},{own}", ",".join(str(uuid7()) for _ in range(241))):
            problem = assert_problem(get(phone, "/asset-tags.html", ids=ids), "invalid_input")
            assert list(problem["fields"]) == ["ids"]

    def test_of_nothing_here_is_not_found(self, phone: APIClient, outsider: Person, asset: Asset) -> None:
        assert_problem(get(phone, "/assets/scan", code=f"http://127.0.0.1:8000/a/{uuid7()}"), "not_found")
        assert_problem(get(phone_of(outsider), "/assets/scan", code="CHL-A"), "not_found")
        assert_problem(get(phone, "/assets/scan"), "invalid_input")


def try_again(phone: APIClient, suggestion_id: str, asset: Asset) -> None:
    """Have the phone's person try it on another machine of the model, in vain."""
    other = add_asset(asset_model=asset.asset_model, site=asset.site, tag=f"CHL-{uuid7()}")
    body = {"id": str(uuid7()), "asset_id": str(other.pk)}
    post(phone, f"/suggestions/{suggestion_id}/tries", body)
    post(phone, f"/tries/{body['id']}/outcome", {"outcome": "no"})
