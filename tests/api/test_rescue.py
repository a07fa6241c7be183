"""Comments, moments, and saying that what was known already is it."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.clips.models import Clip
from backend.domain.equipment.models import Asset
from backend.domain.threads.models import Comment, Suggestion, Thread
from backend.domain.threads.states import TryOutcome
from backend.outbox.models import OutboxEvent
from tests.api.calls import a_question, assert_problem, get, phone_of, post
from tests.api.world import answer_and_try, ask_about

pytestmark = pytest.mark.django_db

ARROW = {"shape": "arrow", "points": [[0.1, 0.2], [0.5, 0.5]]}


@pytest.fixture
def solved(asset: Asset, owner: Person, colleague: Person) -> Thread:
    thread = ask_about(asset, owner)
    answer_and_try(thread, colleague, TryOutcome.FIXED)
    return thread


class TestDeflection:
    def test_closes_the_question_with_what_its_asker_was_shown(
        self, solved: Thread, asset: Asset, colleague: Person
    ) -> None:
        phone = phone_of(colleague)
        asked = post(phone, "/threads", a_question(asset.pk)).json()
        thread_id, hit = asked["thread"]["id"], asked["similar"][0]

        answer = post(phone, f"/threads/{thread_id}/deflection", {"kind": hit["kind"], "subject_id": hit["id"]})

        thread = get(phone, f"/threads/{thread_id}").json()
        assert (answer.status_code, thread["status"], thread["allowed_moves"]) == (200, "duplicate", ["asked"])
        assert (thread["deflection"]["kind"], thread["deflection"]["id"]) == ("thread", str(solved.pk))
        assert [one["id"] for one in thread["similar"]] == [str(solved.pk)]

    def test_names_the_repeat_visit_on_both_threads(self, phone: APIClient, solved: Thread, asset: Asset) -> None:
        Thread.objects.filter(pk=solved.pk).update(fixed_at=timezone.now())
        thread_id = post(phone, "/threads", a_question(asset.pk)).json()["thread"]["id"]

        assert get(phone, f"/threads/{thread_id}").json()["repeat_of_id"] == str(solved.pk)
        assert get(phone, f"/threads/{solved.pk}").json()["repeat_visit_ids"] == [thread_id]

    def test_is_refused_for_what_is_not_known(self, phone: APIClient, thread_id: str) -> None:
        before = OutboxEvent.objects.count()

        answer = post(phone, f"/threads/{thread_id}/deflection", {"kind": "howto", "subject_id": str(uuid7())})

        assert_problem(answer, "not_found")
        assert (Thread.objects.get().status, OutboxEvent.objects.count()) == ("asked", before)


class TestComment:
    def test_stands_on_the_thread_with_its_moment(
        self, phone: APIClient, asset: Asset, owner: Person, colleague: Person
    ) -> None:
        thread = ask_about(asset, owner)
        moment = {"start_ms": 1000, "end_ms": 2000, "mark": ARROW}
        body = {"id": str(uuid7()), "text": "That is the new valve.", "moment": moment}

        first = post(phone_of(colleague), f"/threads/{thread.pk}/comments", body)
        again = post(phone_of(colleague), f"/threads/{thread.pk}/comments", body)

        (made,) = get(phone, f"/threads/{thread.pk}").json()["comments"]
        (pointing,) = get(phone, f"/clips/{thread.ask_clip_id}/moments").json()["items"]
        assert (first.status_code, again.status_code, made) == (201, 200, first.json())
        assert made["moment"] == {**moment, "clip_id": str(thread.ask_clip_id), "is_clamped": False}
        assert (pointing["kind"], pointing["id"], pointing["moment"]) == ("comment", made["id"], made["moment"])

    @pytest.mark.parametrize(
        "moment",
        [
            {"start_ms": 9_000, "end_ms": 10_001},
            {"start_ms": 2_000, "end_ms": 1_000},
            {"start_ms": 0, "end_ms": 1_000, "mark": {"shape": "star", "points": [[0, 0], [1, 1]]}},
            {"start_ms": 0, "end_ms": 1_000, "mark": {"shape": "path", "points": [[0, 0], [1.5, 1]]}},
            {"start_ms": 0, "end_ms": 1_000, "mark": {"shape": "path", "points": [[0, 0]] * 65}},
            {"start_ms": 0, "end_ms": 1_000, "mark": {"shape": "box", "points": [[0, 0], [0, 0]]}},
        ],
    )
    def test_pointing_at_nothing_is_refused_beside_its_field_and_writes_nothing(
        self, phone: APIClient, asset: Asset, owner: Person, moment: dict[str, Any]
    ) -> None:
        thread = ask_about(asset, owner)
        Clip.objects.filter(thread_id=thread.pk).update(duration_ms=10_000)
        before = OutboxEvent.objects.count()

        for path in ("comments", "suggestions"):
            body = {"id": str(uuid7()), "text": "Here.", "moment": moment}
            problem = assert_problem(post(phone, f"/threads/{thread.pk}/{path}", body), "invalid_input")
            (field,) = problem["fields"]
            assert field.startswith(("moment", "mark"))

        written = (Comment.objects.count(), Suggestion.objects.count(), OutboxEvent.objects.count())
        assert written == (0, 0, before)
