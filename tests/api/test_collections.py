"""Learning paths over the API: curators arrange them, everybody sees how far they are themselves."""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from api_schema.ids import uuid7
from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.equipment.models import Asset
from backend.domain.howtos.content import Content, StepContent, write_content
from backend.domain.howtos.models import Collection, HowTo, HowToVersion
from backend.domain.howtos.releasing import release
from tests import cast
from tests.api.calls import V1, assert_problem, get, phone_of, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(curator: Person) -> APIClient:
    """The curator, signed in."""
    return phone_of(curator)


def out(asset: Asset, curator: Person, title: str) -> str:
    """Return the id of a how-to that is out."""
    whose = {"organisation_id": asset.organisation_id}
    howto = tenancy.create(HowTo, **whose, asset_model=asset.asset_model, created_at=cast.NOW)
    version = tenancy.create(HowToVersion, **whose, howto=howto, number=1, created_at=cast.NOW)
    write_content(version, Content(title, "It is off", "", "", "Clean it.", "", (StepContent("Clean it."),)))
    release(actor=curator.actor, howto_id=howto.pk, version_number=1, now=cast.NOW)
    return str(howto.pk)


def begin(desk: APIClient, *howto_ids: str) -> str:
    body = {"id": str(uuid7()), "title": "Chillers", "howto_ids": howto_ids}
    answers = [post(desk, "/collections", body) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 200]
    return str(body["id"])


def patch(desk: APIClient, collection_id: str, **body: object) -> Any:
    return desk.patch(f"{V1}/collections/{collection_id}", json.dumps(body), content_type="application/json")


def test_a_path_is_arranged_read_and_gone_through(
    desk: APIClient, phone: APIClient, curator: Person, colleague: Person, asset: Asset
) -> None:
    first, second = (out(asset, curator, title) for title in ("Valves", "Strainers"))
    collection_id = begin(desk, first, second)
    reordered = patch(desk, collection_id, howto_ids=[second, first], description="By Friday", seen_version=1).json()
    opened = [phone.put(f"{V1}/howtos/{first}/opening").status_code for _ in range(2)]
    use = {"id": str(uuid7()), "version": 1, "asset_id": str(asset.pk), "outcome": "no"}
    post(phone, f"/howtos/{second}/uses", use)

    reader = phone_of(colleague)
    assert get(reader, f"/howtos/{second}").status_code == 200  # reading it is opening it

    path = get(phone, f"/collections/{collection_id}").json()
    (mine,) = get(phone, "/collections").json()["items"]
    (others,) = get(reader, "/collections").json()["items"]

    assert [item["howto"]["title"] for item in reordered["items"]] == ["Strainers", "Valves"]
    assert opened == [204, 204]
    assert [
        (item["position"], item["howto"]["title"], bool(item["opened_at"]), bool(item["used_at"]))
        for item in path["items"]
    ] == [(1, "Strainers", False, True), (2, "Valves", True, False)]
    assert (path["collection"]["version"], path["collection"]["description"]) == (2, "By Friday")
    counts = [(each["howto_count"], each["opened_count"], each["used_count"]) for each in (mine, others)]
    assert counts == [(2, 1, 1), (2, 1, 0)]


def test_a_howto_that_is_not_out_is_the_curators_only(
    desk: APIClient, phone: APIClient, curator: Person, asset: Asset
) -> None:
    shown, hidden = (out(asset, curator, title) for title in ("Valves", "Strainers"))
    collection_id = begin(desk, hidden, shown)
    HowToVersion.objects.filter(howto_id=hidden).update(publication="superseded")

    for client, titles in ((phone, ["Valves"]), (desk, ["Strainers", "Valves"])):
        items = get(client, f"/collections/{collection_id}").json()["items"]
        assert [item["howto"]["title"] for item in items] == titles
        assert get(client, "/collections").json()["items"][0]["howto_count"] == len(titles)
    assert_problem(phone.put(f"{V1}/howtos/{hidden}/opening"), "not_found")


def test_refusals_change_nothing(desk: APIClient, phone: APIClient, curator: Person, asset: Asset) -> None:
    howto_id = out(asset, curator, "Valves")
    collection_id = begin(desk, howto_id)
    unknown = str(uuid7())

    assert_problem(patch(desk, collection_id, title="Mine", seen_version=7), "version_changed")
    assert_problem(patch(phone, collection_id, title="Mine"), "not_allowed")
    assert_problem(phone.delete(f"{V1}/collections/{collection_id}"), "not_allowed")
    assert_problem(post(phone, "/collections", {"id": str(uuid7()), "title": "Mine"}), "not_allowed")
    bad: dict[str, list[dict[str, Any]]] = {
        "title": [{"title": " "}],
        "howto_ids": [{"howto_ids": [howto_id, howto_id]}],
        "howto_ids.1": [{"howto_ids": [howto_id, unknown]}],
    }
    for field, bodies in bad.items():
        for body in bodies:
            document = assert_problem(patch(desk, collection_id, **body), "invalid_input")
            assert list(document["fields"]) == [field]

    kept = Collection.objects.get()
    assert (kept.title, kept.version) == ("Chillers", 1)
    assert [str(item.howto_id) for item in kept.items.all()] == [howto_id]
    assert desk.delete(f"{V1}/collections/{collection_id}").status_code == 204
    assert HowTo.objects.exists()


@pytest.mark.parametrize("row_count", [1, 4])
def test_costs_the_same_for_one_and_for_four(
    *,
    desk: APIClient,
    phone: APIClient,
    curator: Person,
    asset: Asset,
    row_count: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    howto_ids = [out(asset, curator, f"Valves {number}") for number in range(row_count)]
    collection_ids = [begin(desk, *howto_ids) for _ in range(row_count)]

    with django_assert_num_queries(7):  # session, collection, items, how-tos, versions, openings, uses
        path = get(phone, f"/collections/{collection_ids[0]}").json()
    with django_assert_num_queries(2):  # session, collections
        collections = get(phone, "/collections").json()["items"]

    assert (len(path["items"]), len(collections)) == (row_count, row_count)


def test_is_exported_in_its_order_with_its_title_on_the_front(
    desk: APIClient, phone: APIClient, outsider: Person, curator: Person, asset: Asset
) -> None:
    first, second, hidden = (out(asset, curator, title) for title in ("Valves", "Strainers", "Pumps"))
    collection_id = begin(desk, second, hidden, first)
    empty = begin(desk)
    HowToVersion.objects.filter(howto_id=hidden).update(publication="superseded")
    address = f"/collections/{collection_id}/export"

    files = {form: get(phone, address, form=form) for form in ("html", "pdf", "json", "zip")}
    whole = json.loads(get(desk, address, form="json").getvalue())

    page = files["html"].getvalue().decode()
    assert re.findall(r"<h1[^>]*>(.*?)</h1>", page) == ["Chillers", "Strainers", "Valves"]
    assert re.findall(r"<ol>\n(.*?)</ol></header>", page, re.DOTALL) == [
        '<li dir="auto">Strainers</li>\n<li dir="auto">Valves</li>\n'
    ]
    document = json.loads(files["json"].getvalue())
    assert document["cuppa:collection"]["name"] == "Chillers"
    assert [howto["name"] for howto in document["@graph"]] == ["Strainers", "Valves"]
    assert [howto["name"] for howto in whole["@graph"]] == ["Strainers", "Pumps", "Valves"]
    assert files["pdf"]["Content-Disposition"] == 'attachment; filename="collection.pdf"'
    assert files["pdf"].getvalue().count(b"/Type /Page\n") == 3  # the front, and a page each
    packed = zipfile.ZipFile(io.BytesIO(files["zip"].getvalue()))
    assert json.loads(packed.read("howtos.json")) == document
    assert packed.read("howtos.html").decode() == page
    assert_problem(get(phone_of(outsider), address), "not_found")
    assert_problem(get(desk, f"/collections/{empty}/export"), "invalid_input")


@pytest.mark.parametrize("row_count", [1, 4])
def test_its_export_costs_the_same_for_one_and_for_four(
    *, curator: Person, asset: Asset, desk: APIClient, row_count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    collection_id = begin(desk, *(out(asset, curator, f"Valves {number}") for number in range(row_count)))

    with django_assert_num_queries(8):  # session, collection, items; how-tos, corrections, versions, steps, credits
        answer = get(desk, f"/collections/{collection_id}/export", form="json")

    assert len(json.loads(answer.getvalue())["@graph"]) == row_count
