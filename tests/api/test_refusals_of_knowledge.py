"""What would make know-how untrue is refused with a sentence, and a refusal writes, sends and queues nothing."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework.test import APIClient

from api_schema.ids import uuid7
from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.actor import Role
from backend.domain.clips.models import Clip
from backend.domain.corrections.models import Correction, Recall
from backend.domain.equipment.models import Asset
from backend.domain.howtos.models import Approval, HowTo, HowToVersion, Step, VersionEditor
from backend.domain.threads.models import SimilarFault, Suggestion, Thread, ThreadMove
from backend.domain.threads.states import TryOutcome
from backend.outbox.models import OutboxEvent
from tests import cast
from tests.api.calls import a_question, assert_problem, get, phone_of, post
from tests.api.test_collections import out
from tests.api.test_howtos import desk, howto_id, patch
from tests.api.world import answer_and_try, ask_about

__all__ = ["desk", "howto_id"]
pytestmark = pytest.mark.django_db

_TABLES = (
    *(HowTo, HowToVersion, Step, Approval, VersionEditor, Correction, Recall),
    *(Suggestion, Thread, ThreadMove, SimilarFault, OutboxEvent),
)


def everything() -> list[list[Any]]:
    return [list(table.objects.order_by("pk").values()) for table in _TABLES]


def a_correction(**changes: str) -> dict[str, str]:
    said = {"severity": "unsafe", "what": "It bridges a switch.", "why": "It ran dry.", "procedure": "Bleed it."}
    return {"id": str(uuid7()), **said, **changes}


def test_successors_make_no_circle_of_any_length(desk: APIClient, curator: Person, asset: Asset) -> None:
    first, second, third = (out(asset, curator, title) for title in ("Valves", "Strainers", "Pumps"))
    for howto, successor in ((first, second), (second, third)):
        body = {"successor_id": successor, "succession": "superseded", "reason": "Better."}
        assert post(desk, f"/howtos/{howto}/succession", body).status_code == 200
    before = everything()

    for successor in (first, second, third):
        for succession in ("superseded", "duplicate"):
            body = {"successor_id": successor, "succession": succession, "reason": "The same."}
            assert_problem(post(desk, f"/howtos/{third}/succession", body), "circular_succession")
    assert everything() == before


def test_duplicates_make_no_circle(asset: Asset, owner: Person, colleague: Person) -> None:
    solved = ask_about(asset, owner)
    answer_and_try(solved, colleague, TryOutcome.FIXED)
    phones = {"owner": phone_of(owner), "colleague": phone_of(colleague)}
    asked = post(phones["colleague"], "/threads", a_question(asset.pk)).json()["thread"]["id"]
    known = {"kind": "thread", "subject_id": str(solved.pk)}
    assert post(phones["colleague"], f"/threads/{asked}/deflection", known).status_code == 200
    assert post(phones["owner"], f"/threads/{solved.pk}/moves", {"to": "asked"}).status_code == 200
    before = everything()

    for subject_id in (asked, str(solved.pk)):  # what is its duplicate, and itself
        body = {"kind": "thread", "subject_id": subject_id}
        assert_problem(post(phones["owner"], f"/threads/{solved.pk}/deflection", body), "not_found")
    assert everything() == before


def test_nobody_approves_their_own_compliance_text_nor_one_that_changed(
    desk: APIClient, site: Any, howto_id: str
) -> None:
    boss = phone_of(cast.new_person(site, "Sue Supervisor", Role.SUPERVISOR))
    patch(boss, f"/howtos/{howto_id}/arrangement", {"governance": "compliance"})
    read = get(boss, f"/howtos/{howto_id}").json()["sha256"]
    patch(desk, f"/howtos/{howto_id}/draft", {"hazards": "Isolate first."})
    assert post(desk, f"/howtos/{howto_id}/submission", {"version": 1}).status_code == 200
    newest = get(boss, f"/howtos/{howto_id}").json()["sha256"]
    before = everything()

    own = post(desk, f"/howtos/{howto_id}/approvals", {"version": 1, "seen_sha256": newest})
    changed = post(boss, f"/howtos/{howto_id}/approvals", {"version": 1, "seen_sha256": read})
    alone = post(desk, f"/howtos/{howto_id}/release", {"version": 1})

    assert_problem(own, "may_not_approve")
    assert_problem(changed, "version_changed")
    assert_problem(alone, "approval_missing")
    assert everything() == before


def test_a_step_shows_nothing_outside_of_its_clip(
    desk: APIClient, howto_id: str, owner: Person, outsider: Person
) -> None:
    mine, theirs = (
        tenancy.create(
            Clip,
            organisation_id=person.organisation_id,
            author=person,
            created_at=cast.NOW,
            duration_ms=10_000,
        )
        for person in (owner, outsider)
    )
    before = everything()

    moments = [(mine, 9_000, 10_001), (mine, 5_000, 5_000), (mine, 6_000, 5_000), (mine, None, 5_000), (theirs, 0, 5)]
    for clip, start_ms, end_ms in moments:
        step = {"text": "Look.", "clip_id": str(clip.pk), "start_ms": start_ms, "end_ms": end_ms}
        refused = patch(desk, f"/howtos/{howto_id}/draft", {"steps": [step]})
        assert [field.split(".")[0] for field in assert_problem(refused, "invalid_input")["fields"]] == ["steps"]
    assert everything() == before


def test_a_correction_says_what_why_and_what_is_right(desk: APIClient, howto_id: str, thread_id: str) -> None:
    assert post(desk, f"/howtos/{howto_id}/release", {"version": 1}).status_code == 200
    (answer,) = get(desk, f"/threads/{thread_id}").json()["suggestions"]
    before = everything()

    for field in ("what", "why", "procedure"):
        for path, where in (
            (f"/suggestions/{answer['id']}/corrections", {}),
            (f"/howtos/{howto_id}/corrections", {"version": 1}),
        ):
            for said in ("", " "):
                refused = post(desk, path, {**a_correction(**{field: said}), **where})
                assert list(assert_problem(refused, "invalid_input")["fields"]) == [field]
    outside = {**a_correction(), "version": 1, "step_position": 99}
    refused = post(desk, f"/howtos/{howto_id}/corrections", outside)
    assert list(assert_problem(refused, "invalid_input")["fields"]) == ["step_position"]
    assert everything() == before
