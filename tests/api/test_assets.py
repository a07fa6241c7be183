"""Finding a machine."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from backend.domain.accounts.models import Person
from backend.domain.equipment.models import Asset
from backend.domain.equipment.operations import add_asset
from tests.api.calls import assert_problem, get, phone_of

pytestmark = pytest.mark.django_db


class TestAssets:
    def test_shows_a_machine_with_the_codes_it_can_show(self, phone: APIClient, asset: Asset) -> None:
        shown = get(phone, f"/assets/{asset.pk}").json()

        assert (shown["tag"], shown["serial_number"], shown["site"]["name"]) == ("CHL-A", "ZA350-0117", "Leeds depot")
        model = shown["asset_model"]
        assert (model["make"], model["name"], model["family"]) == ("Zephrane", "AC-350", "air-cooled chiller")
        assert {code["shown"]: (code["normalised"], code["meaning"]) for code in model["fault_codes"]} == {
            "E-04": ("E4", "No water flow"),
            "LP2": ("LP2", "Low suction pressure, circuit 2"),
        }

    @pytest.mark.parametrize(
        ("query", "tags"),
        [
            ({}, ["CHL-A", "CHL-B"]),
            ({"tag": "chl-b"}, ["CHL-B"]),
            ({"tag": "CHL"}, []),
            ({"q": "zephrane"}, ["CHL-A", "CHL-B"]),
            ({"q": "0117"}, ["CHL-A"]),
            ({"q": "boiler"}, []),
        ],
    )
    def test_finds_machines_by_tag_or_words(
        self, phone: APIClient, asset: Asset, query: dict[str, str], tags: list[str]
    ) -> None:
        add_asset(asset_model=asset.asset_model, site=asset.site, tag="CHL-B")

        assert [one["tag"] for one in get(phone, "/assets", **query).json()["items"]] == tags

    def test_shows_an_outsider_nothing(self, asset: Asset, outsider: Person) -> None:
        assert get(phone_of(outsider), "/assets").json()["items"] == []


class TestPaging:
    def test_walks_every_row_once_in_order(self, phone: APIClient, asset: Asset) -> None:
        for number in range(6):
            add_asset(asset_model=asset.asset_model, site=asset.site, tag=f"CHL-{number}")

        page = get(phone, "/assets", limit=3).json()
        tags = [one["tag"] for one in page["items"]]
        while page["next"]:
            page = get(phone, "/assets", limit=3, cursor=page["next"]).json()
            tags += [one["tag"] for one in page["items"]]

        assert tags == ["CHL-0", "CHL-1", "CHL-2", "CHL-3", "CHL-4", "CHL-5", "CHL-A"]

    def test_says_that_a_full_page_is_the_last(self, phone: APIClient, asset: Asset) -> None:
        assert get(phone, "/assets", limit=1).json()["next"] is None

    @pytest.mark.parametrize("cursor", ["%%%", "AAAA", "WzFd", "W10", "bm90IGpzb24"])
    def test_refuses_a_cursor_that_is_not_ours(self, phone: APIClient, cursor: str) -> None:
        assert_problem(get(phone, "/assets", cursor=cursor), "invalid_input")

    def test_refuses_a_cursor_of_another_list(self, phone: APIClient, thread_id: str) -> None:
        get(phone, "/assets")
        cursor = "WyJ0YWciLCAidGFnIl0"  # ["tag", "tag"]: no time, no id

        assert_problem(get(phone, "/threads", cursor=cursor), "invalid_input")

    @pytest.mark.parametrize("limit", [0, 101, "many"])
    def test_refuses_a_limit_out_of_range(self, phone: APIClient, limit: object) -> None:
        assert_problem(get(phone, "/assets", limit=limit), "invalid_input")
