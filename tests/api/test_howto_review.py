"""A how-to's way through review, over the API."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from rest_framework.test import APIClient

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.equipment.models import Asset
from backend.domain.howtos.content import read_content, write_content
from backend.domain.howtos.models import HowTo, HowToVersion
from tests.api.calls import V1, assert_problem, get, phone_of, post
from tests.api.test_howtos import desk, howto_id

__all__ = ["desk", "howto_id"]
pytestmark = pytest.mark.django_db


def edit(client: APIClient, howto_id: str, body: object) -> None:
    url = f"{V1}/howtos/{howto_id}/draft"
    assert client.patch(url, json.dumps(body), content_type="application/json").status_code == 200


def test_review_release_use_and_retirement(desk: APIClient, phone: APIClient, howto_id: str, asset: Asset) -> None:
    post(desk, f"/howtos/{howto_id}/submission", {"version": 1})
    post(desk, f"/howtos/{howto_id}/sending-back", {"version": 1, "reason": "Name the gasket"})
    edit(desk, howto_id, {"parts": [{"name": "Gasket", "number": "G-12"}], "tools": ["Torx 20"]})
    post(desk, f"/howtos/{howto_id}/submission", {"version": 1})
    read = get(desk, f"/howtos/{howto_id}").json()
    approval = {"version": 1, "seen_sha256": read["sha256"]}
    approved = post(desk, f"/howtos/{howto_id}/approvals", approval).json()
    released = post(desk, f"/howtos/{howto_id}/release", approval).json()

    use = {"id": str(uuid7()), "version": 1, "asset_id": str(asset.pk), "outcome": "fixed", "minutes": 12}
    used, again = (post(phone, f"/howtos/{howto_id}/uses", use) for _ in range(2))
    reason = {"version": 1, "reason": "The valve is another", "for_safety": True}
    retired = post(desk, f"/howtos/{howto_id}/retirement", reason).json()

    assert [len(approved["approvals"]), released["version"]["content_sha256"]] == [1, read["sha256"]]
    assert read["version"]["parts"] == [{"name": "Gasket", "number": "G-12", "quantity": 1}]
    assert (used.status_code, again.status_code, again.json()) == (201, 200, used.json())
    assert (retired["version"]["publication"], retired["version"]["retired_for_safety"]) == ("retired", True)
    assert_problem(get(phone, f"/howtos/{howto_id}"), "not_found")
    found = [hit["id"] for hit in get(phone, "/search", q="E4 gasket").json()["items"]]
    assert howto_id not in found


def test_versions_and_what_differs(desk: APIClient, phone: APIClient, howto_id: str) -> None:
    post(desk, f"/howtos/{howto_id}/release", {"version": 1})
    post(desk, f"/howtos/{howto_id}/new-version")
    edit(desk, howto_id, {"remedy": "Cleaned the big strainer."})

    (difference,) = get(desk, f"/howtos/{howto_id}/diff", before=1, after=2).json()["items"]

    assert [run["op"] for run in difference["words"]] == ["same", "added", "same"]
    assert [version["number"] for version in get(desk, f"/howtos/{howto_id}/versions").json()["items"]] == [2, 1]
    assert [version["number"] for version in get(phone, f"/howtos/{howto_id}/versions").json()["items"]] == [1]
    assert_problem(get(phone, f"/howtos/{howto_id}/versions/2"), "not_found")


def test_a_reader_gets_what_was_translated_and_is_told_when_it_is_outdated(
    desk: APIClient, phone: APIClient, howto_id: str
) -> None:
    post(desk, f"/howtos/{howto_id}/release", {"version": 1})
    post(desk, f"/howtos/{howto_id}/translations", {"version": 1, "language": "de"})
    edit(desk, howto_id, {"version": 2, "title": "Kaltwassersatz startet nicht"})
    post(desk, f"/howtos/{howto_id}/release", {"version": 2})
    post(desk, f"/howtos/{howto_id}/new-version")
    post(desk, f"/howtos/{howto_id}/release", {"version": 3})

    languages = get(desk, f"/howtos/{howto_id}").json()["languages"]

    assert [(each["language"], each["is_original"], each["is_outdated"]) for each in languages] == [
        ("en", True, False),
        ("de", False, True),
    ]
    german = {"Accept-Language": "de-AT,en;q=0.5"}
    read = [phone.get(f"{V1}/howtos/{howto_id}{query}", headers=german).json() for query in ("", "?language=en")]
    (listed,) = phone.get(f"{V1}/howtos", headers=german).json()["items"]
    assert [(whole["title"], whole["version"]["is_outdated"]) for whole in read] == [
        ("Kaltwassersatz startet nicht", True),
        ("Chiller will not start", False),
    ]
    assert (listed["title"], listed["language"], listed["is_outdated"]) == ("Kaltwassersatz startet nicht", "de", True)


def test_an_archived_howto_is_not_found_until_it_is_brought_back(
    desk: APIClient, phone: APIClient, howto_id: str
) -> None:
    post(desk, f"/howtos/{howto_id}/release", {"version": 1})
    archived = post(desk, f"/howtos/{howto_id}/archiving", {"reason": "The model is gone"}).json()
    hidden = get(phone, f"/howtos/{howto_id}")
    back = post(desk, f"/howtos/{howto_id}/bringing-back").json()

    assert (archived["confidence"], archived["archive_reason"]) == ("archived", "The model is gone")
    assert_problem(hidden, "not_found")
    assert (back["confidence"], get(phone, f"/howtos/{howto_id}").status_code) == ("not_validated", 200)


def test_a_replaced_howto_is_not_found_and_says_what_to_read_instead(
    desk: APIClient, phone: APIClient, outsider: Person, howto_id: str
) -> None:
    post(desk, f"/howtos/{howto_id}/release", {"version": 1})
    replaced = HowTo.objects.get()
    drafts = [_like(replaced, title) for title in ("Worked on", "Better")]
    for old_id, new in zip([howto_id, drafts[0].pk], drafts, strict=True):  # one after the other took its place
        body = {"successor_id": str(new.pk), "succession": "superseded", "reason": "It has films."}
        assert post(desk, f"/howtos/{old_id}/succession", body).status_code == 200
    nothing_out = assert_problem(get(phone, f"/howtos/{howto_id}"), "not_found")
    post(desk, f"/howtos/{drafts[1].pk}/release", {"version": 1})

    hidden = assert_problem(get(phone, f"/howtos/{howto_id}"), "not_found")
    foreign = assert_problem(get(phone_of(outsider), f"/howtos/{howto_id}"), "not_found")

    assert hidden["successor_id"] == str(drafts[1].pk)
    assert get(phone, f"/howtos/{hidden['successor_id']}").json()["title"] == "Better"
    assert "successor_id" not in nothing_out | foreign
    assert {nothing_out["detail"], foreign["detail"]} == {"There is no how-to with this id."}


def _like(howto: HowTo, title: str) -> HowTo:
    """Return another how-to that says the same under another title."""
    whose = {"organisation_id": howto.organisation_id, "created_at": howto.created_at}
    other = HowTo.objects.create(**whose, asset_model=howto.asset_model)
    content = read_content(HowToVersion.objects.get(howto=howto))
    version = HowToVersion.objects.create(**whose, howto=other, number=1)
    write_content(version, replace(content, title=title))
    return other


def test_a_howto_does_not_succeed_itself(desk: APIClient, howto_id: str) -> None:
    body = {"successor_id": howto_id, "succession": "duplicate", "reason": "The same"}

    assert_problem(post(desk, f"/howtos/{howto_id}/succession", body), "circular_succession")

    assert get(desk, f"/howtos/{howto_id}").json()["confidence"] == "wip"


@pytest.mark.parametrize("path", ["submission", "retirement", "validation", "archiving", "translations"])
def test_another_organisation_finds_nothing(path: str, outsider: Person, howto_id: str) -> None:
    outsider.role = "curator"
    outsider.save(update_fields=["role"])
    body = {"version": 1, "reason": "Ours", "language": "de"}

    assert_problem(post(phone_of(outsider), f"/howtos/{howto_id}/{path}", body), "not_found")

    assert HowToVersion.objects.get().publication == "draft"


def test_another_organisation_finds_no_version(outsider: Person, howto_id: str) -> None:
    outsider.role = "curator"
    outsider.save(update_fields=["role"])

    assert_problem(get(phone_of(outsider), f"/howtos/{howto_id}/versions/1"), "not_found")
