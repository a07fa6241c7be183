"""Asking about a fault, looking at it, and moving it."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.clips.models import Clip
from backend.domain.equipment.models import Asset
from backend.domain.threads.models import Suggestion, Thread
from backend.outbox.models import OutboxEvent
from tests.api.calls import a_question, assert_problem, get, phone_of, post

pytestmark = pytest.mark.django_db


class TestAsk:
    def test_opens_a_thread_that_names_who_asks_and_about_what(
        self, phone: APIClient, owner: Person, asset: Asset
    ) -> None:
        body = a_question(asset.pk)

        answer = post(phone, "/threads", body)

        thread = answer.json()["thread"]
        assert answer.status_code == 201
        assert (thread["id"], thread["status"], thread["urgency"]) == (body["id"], "asked", "customer_waiting")
        assert thread["asker"] == {
            "id": str(owner.pk),
            "name": "Olive Owner",
            "job_title": "HVAC technician",
            "role": "technician",
            "site": "Leeds depot",
        }
        assert thread["fault_code"] == {"shown": "E four", "normalised": "E4"}
        assert (thread["asset"]["tag"], thread["next_owner"]["id"]) == ("CHL-A", str(owner.pk))
        assert thread["allowed_moves"] == ["parked", "unsolved", "withdrawn"]
        assert answer.json()["similar"] == []

    def test_answers_200_with_the_same_thread_when_the_phone_repeats_itself(
        self, phone: APIClient, asset: Asset
    ) -> None:
        body = a_question(asset.pk)
        first = post(phone, "/threads", body)

        again = post(phone, "/threads", body)

        assert (first.status_code, again.status_code) == (201, 200)
        assert again.json()["thread"]["id"] == first.json()["thread"]["id"]
        assert Thread.objects.count() == 1

    def test_needs_no_idempotency_key_because_the_id_is_one(self, phone: APIClient, asset: Asset) -> None:
        answer = phone.post("/api/v1/threads", a_question(asset.pk), format="json")

        assert answer.status_code == 201

    def test_expects_a_clip_that_was_not_uploaded_yet(self, phone: APIClient, asset: Asset) -> None:
        clip_id = str(uuid7())

        answer = post(phone, "/threads", a_question(asset.pk, clip_id=clip_id))

        assert answer.json()["thread"]["clip"] == {
            "id": clip_id,
            "status": "expected",
            "media_kind": None,
            "duration_ms": None,
            "percent": 0,
            "verified": False,
            "playable": False,
            "upload": None,
        }

    def test_refuses_an_id_that_names_somebody_elses_thread(
        self, thread_id: str, colleague: Person, asset: Asset
    ) -> None:
        answer = post(phone_of(colleague), "/threads", a_question(asset.pk, id=thread_id))

        assert_problem(answer, "id_taken")
        assert Thread.objects.count() == 1

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"title": ""}, "title"),
            ({"title": "x" * 201}, "title"),
            ({"title": "nul \x00 inside"}, "title"),
            ({"urgency": "soon"}, "urgency"),
            ({"asset_id": "CHL-A"}, "asset_id"),
            ({"id": "1c4c9d6e-0f5b-4c7e-9d6a-000000000000"}, "id"),
            ({"clip_id": "1c4c9d6e-0f5b-4c7e-9d6a-000000000000"}, "clip_id"),
        ],
    )
    def test_names_the_field_that_is_not_valid_and_writes_nothing(
        self, phone: APIClient, asset: Asset, changes: dict[str, object], field: str
    ) -> None:
        answer = post(phone, "/threads", a_question(asset.pk, **changes))

        problem = assert_problem(answer, "invalid_input")
        assert list(problem["fields"]) == [field]
        assert (Thread.objects.count(), Clip.objects.count(), OutboxEvent.objects.count()) == (0, 0, 0)


class TestLookAtThreads:
    def test_shows_everything_that_was_said(self, phone: APIClient, asset: Asset, colleague: Person) -> None:
        clip_id = str(uuid7())
        thread_id = post(phone, "/threads", a_question(asset.pk, clip_id=clip_id)).json()["thread"]["id"]
        moment = {"start_ms": 1000, "end_ms": 2500}
        post(
            phone_of(colleague),
            f"/threads/{thread_id}/suggestions",
            {"id": str(uuid7()), "text": "Bleed the air.", "moment": moment},
        )

        thread = get(phone, f"/threads/{thread_id}").json()

        (suggestion,) = thread["suggestions"]
        assert (thread["status"], thread["asked"]) == ("answered", [])
        assert (suggestion["author"]["name"], suggestion["text"]) == ("Colin Colleague", "Bleed the air.")
        assert suggestion["moment"] == {**moment, "clip_id": clip_id, "is_clamped": False, "mark": None}
        assert (suggestion["tries"], suggestion["tally"]["tries"], thread["comments"]) == ([], 0, [])

    def test_lists_the_newest_first_by_state_and_machine(self, phone: APIClient, thread_id: str, asset: Asset) -> None:
        second = post(phone, "/threads", a_question(asset.pk, title="And now it leaks")).json()["thread"]["id"]

        threads = get(phone, "/threads", asset_id=asset.pk, status="asked").json()

        assert ([thread["id"] for thread in threads["items"]], threads["next"]) == ([second, thread_id], None)
        assert get(phone, "/threads", status="fixed").json()["items"] == []
        assert get(phone, "/threads", asset_id=uuid7()).json()["items"] == []

    def test_refuses_an_unknown_state(self, phone: APIClient) -> None:
        assert_problem(get(phone, "/threads", status="lost"), "invalid_input")

    def test_shows_an_outsider_an_empty_list(self, thread_id: str, outsider: Person) -> None:
        assert get(phone_of(outsider), "/threads").json() == {"items": [], "next": None}

    def test_spares_the_phone_what_it_already_has(self, phone: APIClient, thread_id: str) -> None:
        first = get(phone, f"/threads/{thread_id}")

        again = phone.get(f"/api/v1/threads/{thread_id}", headers={"If-None-Match": first["ETag"]})

        assert (again.status_code, again.content) == (304, b"")


class TestMoveThread:
    def test_puts_a_thread_aside(self, phone: APIClient, thread_id: str) -> None:
        answer = post(phone, f"/threads/{thread_id}/moves", {"to": "parked"})

        assert answer.status_code == 200
        assert (answer.json()["status"], answer.json()["next_owner"]) == ("parked", None)
        assert answer.json()["allowed_moves"] == ["asked"]

    def test_answers_an_illegal_move_with_the_allowed_ones_and_moves_nothing(
        self, phone: APIClient, thread_id: str
    ) -> None:
        answer = post(phone, f"/threads/{thread_id}/moves", {"to": "fixed"})

        problem = assert_problem(answer, "illegal_move")
        assert (problem["state"], problem["allowed"]) == ("asked", ["parked", "unsolved", "withdrawn"])
        assert Thread.objects.get().status == "asked"

    def test_lets_only_the_asker_or_a_curator_move_it(self, thread_id: str, colleague: Person, curator: Person) -> None:
        refused = post(phone_of(colleague), f"/threads/{thread_id}/moves", {"to": "parked"})
        moved = post(phone_of(curator), f"/threads/{thread_id}/moves", {"to": "parked"})

        assert_problem(refused, "not_allowed")
        assert moved.status_code == 200

    def test_moves_once_however_often_it_is_sent_with_one_key(self, phone: APIClient, thread_id: str) -> None:
        first = post(phone, f"/threads/{thread_id}/moves", {"to": "withdrawn"}, key="a move")

        again = post(phone, f"/threads/{thread_id}/moves", {"to": "withdrawn"}, key="a move")

        assert (again.status_code, again.json()) == (200, first.json())
        assert again["Idempotency-Replayed"] == "true"


class TestSuggest:
    def test_answers_once_when_the_phone_repeats_itself(self, thread_id: str, colleague: Person) -> None:
        body = {"id": str(uuid7()), "text": "Bleed the air."}
        phone = phone_of(colleague)

        first = post(phone, f"/threads/{thread_id}/suggestions", body)
        again = post(phone, f"/threads/{thread_id}/suggestions", body)

        assert (first.status_code, again.status_code) == (201, 200)
        assert again.json() == first.json()
        assert Suggestion.objects.count() == 1

    def test_refuses_an_answer_to_a_withdrawn_thread_and_tells_nobody(
        self, phone: APIClient, thread_id: str, colleague: Person
    ) -> None:
        post(phone, f"/threads/{thread_id}/moves", {"to": "withdrawn"})
        OutboxEvent.objects.all().delete()

        answer = post(
            phone_of(colleague), f"/threads/{thread_id}/suggestions", {"id": str(uuid7()), "text": "Bleed the air."}
        )

        assert assert_problem(answer, "thread_closed")["state"] == "withdrawn"
        assert (Suggestion.objects.count(), OutboxEvent.objects.count()) == (0, 0)

    def test_refuses_an_empty_answer(self, thread_id: str, colleague: Person) -> None:
        answer = post(phone_of(colleague), f"/threads/{thread_id}/suggestions", {"id": str(uuid7()), "text": "  "})

        assert list(assert_problem(answer, "invalid_input")["fields"]) == ["text"]
