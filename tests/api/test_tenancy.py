"""Nothing crosses an organisation: an outsider is told what anybody is told who made the id up."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import F
from rest_framework.test import APIClient

from api_schema.ids import uuid7
from backend.api.v1.urls import urlpatterns
from backend.domain.accounts.models import Person
from backend.domain.actor import Role
from backend.domain.corrections.models import Recall
from backend.domain.equipment.models import Asset
from backend.domain.flags.models import Flag
from backend.domain.search.models import Document, Subject
from backend.domain.threads.models import Thread
from tests import cast
from tests.api.calls import V1, a_question, assert_problem, get, phone_of, post
from tests.api.world import one_of_everything

pytestmark = pytest.mark.django_db

FINDINGS = {"id": str(uuid7()), "severity": "wrong", "what": "a", "why": "b", "procedure": "c"}

# Each method of each address with an id in it, and a body that is right in everything else.
CALLS: list[tuple[str, str, dict[str, Any] | None]] = [
    ("DELETE", "me/sessions/{session_id}", None),
    ("DELETE", "me/holidays/{holiday_id}", None),
    ("DELETE", "me/skills/{skill_id}", None),
    ("DELETE", "holidays/{holiday_id}", None),
    ("POST", "people/{person_id}/sign-in-link", None),
    ("GET", "people/{person_id}/skills", None),
    ("DELETE", "people/{person_id}/skills/{skill_id}", None),
    ("PUT", "people/{person_id}/skills/{skill_id}/confirmation", None),
    ("GET", "people/{person_id}/certifications", None),
    ("POST", "people/{person_id}/certifications", {"name": "F-gas"}),
    ("DELETE", "people/{person_id}/certifications/{certification_id}", None),
    ("GET", "communities/{community_id}", None),
    ("PUT", "communities/{community_id}", {"name": "Mine now"}),
    ("DELETE", "communities/{community_id}", None),
    ("GET", "communities/{community_id}/members", None),
    ("PUT", "communities/{community_id}/members/{person_id}", None),
    ("DELETE", "communities/{community_id}/members/{person_id}", None),
    ("DELETE", "duty/{turn_id}", None),
    ("GET", "assets/{asset_id}", None),
    ("GET", "assets/{asset_id}/briefing", None),
    ("GET", "assets/{asset_id}/tag.svg", None),
    ("GET", "threads/{thread_id}", None),
    ("POST", "threads/{thread_id}/events-ticket", {}),
    ("POST", "threads/{thread_id}/moves", {"to": "asked"}),
    ("GET", "threads/{thread_id}/waiting", None),
    ("GET", "threads/{thread_id}/candidates", None),
    ("POST", "threads/{thread_id}/comments", {"id": str(uuid7()), "text": "Mine now."}),
    ("POST", "threads/{thread_id}/deflection", {"kind": "thread", "subject_id": str(uuid7())}),
    ("POST", "threads/{thread_id}/suggestions", {"id": str(uuid7()), "text": "Bleed the air."}),
    ("POST", "threads/{thread_id}/hold-checks/{check_id}", {"still_running": False}),
    (
        "POST",
        "suggestions/{suggestion_id}/corrections",
        FINDINGS,
    ),
    ("POST", "corrections/{correction_id}/withdrawal", {"reason": "Mine now."}),
    ("GET", "recalls/{recall_id}", None),
    ("POST", "recalls/{recall_id}/acknowledgement", {}),
    ("POST", "recalls/{recall_id}/closing", {"reason": "Mine now."}),
    ("POST", "howtos/{howto_id}/corrections", {**FINDINGS, "version": 1}),
    ("GET", "flags/{flag_id}", None),
    ("POST", "flags/{flag_id}/resolution", {"to": "upheld"}),
    ("GET", "cautions/{caution_id}", None),
    ("POST", "cautions/{caution_id}/signature", {}),
    ("POST", "suggestions/{suggestion_id}/tries", {"id": str(uuid7())}),
    ("POST", "tries/{try_id}/outcome", {"outcome": "fixed"}),
    ("PUT", "tries/{try_id}/outcome", {"outcome": "no"}),
    ("POST", "asks/{ask_id}/response", {"response": "claim"}),
    ("GET", "clips/{clip_id}", None),
    ("GET", "clips/{clip_id}/moments", None),
    ("GET", "clips/{clip_id}/playback", None),
    ("GET", "clips/{clip_id}/captions.vtt", None),
    ("GET", "clips/{clip_id}/cues", None),
    ("PUT", "clips/{clip_id}/cues/{cue_id}", {"text": "Mine now.", "version": 1}),
    ("GET", "clips/{clip_id}/cues/{cue_id}/versions", None),
    ("POST", "clips/{clip_id}/cues/{cue_id}/restore", {"number": 0, "version": 1}),
    ("DELETE", "vocabulary/{term_id}", None),
    ("DELETE", "nicknames/{nickname_id}", None),
    ("POST", "gaps/{gap_id}/dismissal", {"reason": "Mine now."}),
    ("POST", "gaps/{gap_id}/writing", {}),
    ("DELETE", "gaps/{gap_id}/decision", None),
    ("POST", "clips/{clip_id}/retry", {}),
    ("POST", "clips/{clip_id}/direct-upload", {"upload_length": 5, "sha256": "0" * 64}),
    ("POST", "clips/{clip_id}/direct-upload/complete", {}),
    ("GET", "collections/{collection_id}", None),
    ("GET", "collections/{collection_id}/export?form=html", None),
    ("PATCH", "collections/{collection_id}", {"title": "Mine now"}),
    ("DELETE", "collections/{collection_id}", None),
    ("PUT", "howtos/{howto_id}/opening", {}),
    ("GET", "howtos/{howto_id}", None),
    ("PATCH", "howtos/{howto_id}/draft", {"title": "Mine now"}),
    ("POST", "howtos/{howto_id}/release", {"version": 1}),
    ("POST", "howtos/{howto_id}/new-version", {}),
    ("GET", "howtos/{howto_id}/versions", None),
    ("GET", "howtos/{howto_id}/diff?before=1&after=1", None),
    ("POST", "howtos/{howto_id}/submission", {"version": 1}),
    ("POST", "howtos/{howto_id}/sending-back", {"version": 1, "reason": "Mine now."}),
    ("POST", "howtos/{howto_id}/approvals", {"version": 1, "seen_sha256": "0" * 64}),
    ("POST", "howtos/{howto_id}/validation", {"version": 1}),
    ("POST", "howtos/{howto_id}/retirement", {"version": 1, "reason": "Mine now."}),
    ("POST", "howtos/{howto_id}/archiving", {"reason": "Mine now."}),
    (
        "POST",
        "howtos/{howto_id}/succession",
        {"successor_id": str(uuid7()), "succession": "superseded", "reason": "Mine now."},
    ),
    ("POST", "howtos/{howto_id}/bringing-back", {}),
    ("POST", "howtos/{howto_id}/translations", {"version": 1, "language": "de"}),
    ("PATCH", "howtos/{howto_id}/arrangement", {"governance": "compliance"}),
    (
        "POST",
        "howtos/{howto_id}/uses",
        {"id": str(uuid7()), "version": 1, "asset_id": str(uuid7()), "outcome": "fixed"},
    ),
    (
        "POST",
        "howtos/{howto_id}/watching",
        {"viewing_id": str(uuid7()), "version": 1, "steps": [{"position": 1, "played_ms": 0}]},
    ),
    ("GET", "inbox/{item_id}/deliveries", None),
    ("DELETE", "devices/{device_id}", None),
]
LISTS = [
    "/threads",
    "/assets",
    "/howtos",
    "/collections",
    "/vocabulary",
    "/nicknames",
    "/inbox",
    "/unanswered",
    "/gaps",
    "/cautions",
    "/devices",
    "/search?q=chiller",
    "/communities",
    "/duty",
    "/holidays",
    "/me/holidays",
    "/me/skills",
    "/people/search?q=E4",
]
# What belongs to a thread. Flags, recalls and how-tos have rules of their own, whatever their thread is.
OF_A_THREAD = ("thread", "suggestion", "try", "caution", "correction", "ask", "clip")
PASSED_OVER = {
    "howto-imports/{sha256}",  # no id of ours; see test_howto_exchange
    "assets/by-tag/{tag}/briefing",  # see test_briefing
    "howtos/{howto_id}/versions/{number}",  # see test_howto_review
    "inbox/{item_id}/read",  # see test_inbox
    "hazard-words/{kind}",  # the same names everywhere; see test_cautions
    "ladders/{urgency}",  # the same names everywhere; see test_waiting
    "ladders/{urgency}/candidates",  # the machine stands in the query; see test_imagined_faults
}


@pytest.fixture
def outside_admin() -> Person:
    """Somebody of another organisation who may do everything there."""
    other = cast.new_organisation("Other Works")
    return cast.new_person(cast.new_site(other, "Hull yard"), "Otto Outsider", Role.ADMIN)


def call(phone: APIClient, method: str, path: str, body: dict[str, Any] | None) -> Any:
    content = "" if body is None else json.dumps(body)
    headers = {"Idempotency-Key": str(uuid7())}
    return phone.generic(method, f"{V1}/{path}", content, "application/json", headers=headers)


def row_counts() -> dict[str, int]:
    """Return how many rows each table holds, in one query."""
    tables = [model._meta.db_table for model in apps.get_models()]
    asked = [f"SELECT '{table}', count(*) FROM \"{table}\"" for table in tables]  # noqa: S608 - names of Django's
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(asked))
        return dict(cursor.fetchall())


class TestAnotherOrganisationsId:
    def test_looks_like_an_id_that_nobody_has_and_changes_nothing(
        self, asset: Asset, owner: Person, colleague: Person, outside_admin: Person, subtests: pytest.Subtests
    ) -> None:
        # Told once for all calls: each of them is refused, so that the next one finds the same.
        ids = one_of_everything(asset, owner, colleague)
        phone, nobodys = phone_of(outside_admin), dict.fromkeys(ids, uuid7())
        before = row_counts()

        for method, path, body in CALLS:
            with subtests.test(call=f"{method} {path}"):
                made_up = call(phone, method, path.format(**nobodys), body)
                answer = call(phone, method, path.format(**ids), body)

                assert assert_problem(answer, "not_found")["detail"] == assert_problem(made_up, "not_found")["detail"]
                assert row_counts() == before

    def test_is_tried_on_every_address_that_takes_one(self) -> None:
        addresses = {re.sub(r"<\w+:(\w+)>", r"{\1}", str(pattern.pattern)) for pattern in urlpatterns}

        tried = {path.partition("?")[0] for _, path, _ in CALLS}
        assert {path for path in addresses if "{" in path} == tried | PASSED_OVER

    def test_of_a_machine_cannot_be_asked_about(self, asset: Asset, outside_admin: Person) -> None:
        assert_problem(post(phone_of(outside_admin), "/threads", a_question(asset.pk)), "not_found")

    def test_is_in_no_list(
        self, asset: Asset, owner: Person, colleague: Person, outside_admin: Person, subtests: pytest.Subtests
    ) -> None:
        one_of_everything(asset, owner, colleague)
        phone = phone_of(outside_admin)

        for path in LISTS:
            with subtests.test(path=path):
                assert get(phone, path).json()["items"] == []


class TestAnOpenThreadThatIsNoneOfASupervisorsBusiness:
    def test_looks_like_one_that_nobody_has_on_every_address_of_it(
        self, asset: Asset, owner: Person, colleague: Person, supervisor: Person, subtests: pytest.Subtests
    ) -> None:
        ids = opened_again(one_of_everything(asset, owner, colleague))
        phone, nobodys = phone_of(supervisor), ids | {f"{name}_id": uuid7() for name in OF_A_THREAD}
        calls = [one for one in CALLS if any(f"{{{name}_id}}" in one[1] for name in OF_A_THREAD)]
        before = row_counts()

        for method, path, body in calls:
            with subtests.test(call=f"{method} {path}"):
                made_up = call(phone, method, path.format(**nobodys), body)
                answer = call(phone, method, path.format(**ids), body)

                assert assert_problem(answer, "not_found")["detail"] == assert_problem(made_up, "not_found")["detail"]
                assert row_counts() == before

    def test_is_in_no_list_and_on_no_machine(
        self, asset: Asset, owner: Person, colleague: Person, supervisor: Person, subtests: pytest.Subtests
    ) -> None:
        ids = opened_again(one_of_everything(asset, owner, colleague))
        phone = phone_of(supervisor)

        for path in [*LISTS, "/insights", f"/assets/{asset.pk}/briefing", "/assets/by-tag/CHL-A/briefing"]:
            with subtests.test(path=path):
                told = get(phone, path).content.decode()
                assert [name for name in OF_A_THREAD if str(ids[f"{name}_id"]) in told] == []

    def test_is_read_by_a_technician(self, asset: Asset, owner: Person, colleague: Person) -> None:
        ids = opened_again(one_of_everything(asset, owner, colleague))

        assert get(phone_of(colleague), f"/threads/{ids['thread_id']}").status_code == 200


@pytest.fixture
def supervisor(owner: Person) -> Person:
    return cast.new_person(owner.site, "Sam Supervisor", Role.SUPERVISOR)


def opened_again(ids: dict[str, object]) -> dict[str, object]:
    """Have the thread of these things be answered, and nothing of it be flagged or recalled any more."""
    thread_id = str(ids["thread_id"])
    thread = Thread.objects.filter(pk=thread_id)
    thread.update(status="answered", next_owner=F("asker"), next_due_at=cast.NOW + timedelta(days=1))
    Flag.objects.all().delete()
    Recall.objects.all().delete()
    for document in (Document.objects.filter(subject_id=thread_id), Subject.objects.filter(pk=thread_id)):
        document.update(is_solved=False)
    return ids
