"""A POST whose answer was lost may be sent again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from rest_framework.test import APIClient

from backend.api.idempotency import delete_expired_records
from backend.api.models import IdempotencyRecord
from backend.domain.accounts.models import Person
from backend.domain.threads.models import ThreadMove
from backend.domain.threads.operations import move_thread
from tests.api.calls import assert_problem, phone_of, post


def move(phone: APIClient, thread_id: str, to: str = "parked", *, key: str = "one key") -> Any:
    return post(phone, f"/threads/{thread_id}/moves", {"to": to}, key=key)


@pytest.mark.django_db
class TestIdempotencyKey:
    @pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": " "}, {"Idempotency-Key": "k" * 256}])
    def test_is_demanded_and_nothing_is_done_without(
        self, phone: APIClient, thread_id: str, headers: dict[str, str]
    ) -> None:
        answer = phone.post(f"/api/v1/threads/{thread_id}/moves", {"to": "parked"}, format="json", headers=headers)

        assert_problem(answer, "idempotency_key_missing")
        assert ThreadMove.objects.filter(to_status="parked").count() == 0

    def test_gives_a_repeat_the_first_answer(self, phone: APIClient, thread_id: str) -> None:
        first = move(phone, thread_id)

        again = move(phone, thread_id)

        assert (again.status_code, again.json()) == (first.status_code, first.json())
        assert ("Idempotency-Replayed" in first, again["Idempotency-Replayed"]) == (False, "true")
        assert ThreadMove.objects.filter(to_status="parked").count() == 1

    def test_replays_an_answer_without_a_body(self, phone: APIClient) -> None:
        path = "/inbox/01900000-0000-7000-8000-000000000000/read"
        first = post(phone, path, key="one key")

        again = post(phone, path, key="one key")

        assert (first.status_code, first.content) == (204, b"")
        assert (again.status_code, again.content) == (204, b"")

    @pytest.mark.parametrize("to", ["withdrawn", "unsolved"])
    def test_is_refused_for_another_body(self, phone: APIClient, thread_id: str, to: str) -> None:
        move(phone, thread_id)

        answer = move(phone, thread_id, to)

        assert_problem(answer, "idempotency_key_reused")
        assert ThreadMove.objects.filter(to_status=to).count() == 0

    def test_is_refused_for_another_address(self, phone: APIClient, thread_id: str) -> None:
        move(phone, thread_id)

        answer = post(phone, "/threads/01900000-0000-7000-8000-000000000000/moves", {"to": "parked"}, key="one key")

        assert_problem(answer, "idempotency_key_reused")

    def test_belongs_to_one_person(self, phone: APIClient, thread_id: str, curator: Person) -> None:
        move(phone, thread_id)

        answer = move(phone_of(curator), thread_id, "asked")

        assert (answer.status_code, answer.json()["status"]) == (200, "asked")

    def test_may_be_used_again_after_a_refusal_which_left_nothing(self, phone: APIClient, thread_id: str) -> None:
        refused = move(phone, thread_id, "held")

        answer = move(phone, thread_id, "parked")

        assert_problem(refused, "illegal_move")
        assert answer.status_code == 200

    def test_is_kept_for_thirty_days(self, phone: APIClient, thread_id: str) -> None:
        move(phone, thread_id)
        IdempotencyRecord.objects.update(created_at=timezone.now() - timedelta(days=30, minutes=1))

        answer = move(phone, thread_id, "asked")

        assert (answer.status_code, answer.json()["status"]) == (200, "asked")


@pytest.mark.django_db
class TestDeleteExpiredRecords:
    def test_forgets_only_what_is_older_than_thirty_days(self, phone: APIClient, thread_id: str) -> None:
        move(phone, thread_id)
        kept_until = IdempotencyRecord.objects.get().created_at + timedelta(days=30)

        assert delete_expired_records(now=kept_until) == 0
        assert delete_expired_records(now=kept_until + timedelta(seconds=1)) == 1


@pytest.mark.django_db(transaction=True)
class TestTwoRequestsWithOneKey:
    @pytest.fixture
    def slow_move(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[threading.Event, threading.Event]]:
        """Make a move wait: it tells `begun` when it holds its key, and ends after `go_on`."""
        begun, go_on = threading.Event(), threading.Event()

        def waiting(**arguments: Any) -> Any:
            begun.set()
            assert go_on.wait(30)
            return move_thread(**arguments)

        monkeypatch.setattr("backend.api.v1.threads.move_thread", waiting)
        yield begun, go_on
        go_on.set()

    def test_the_second_is_told_that_the_first_still_runs(
        self, phone: APIClient, thread_id: str, slow_move: tuple[threading.Event, threading.Event]
    ) -> None:
        begun, go_on = slow_move
        with ThreadPoolExecutor(1) as other_phone:
            first = other_phone.submit(_move_and_hang_up, phone, thread_id)
            assert begun.wait(30)

            second = move(phone, thread_id)
            go_on.set()

        assert_problem(second, "idempotency_in_progress")
        assert first.result().status_code == 200
        assert ThreadMove.objects.filter(to_status="parked").count() == 1


def _move_and_hang_up(phone: APIClient, thread_id: str) -> Any:
    try:
        return move(phone, thread_id)
    finally:
        connection.close()  # this thread's own
