"""Threads that lie: whom they are told of, when, and who gets them in the end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from backend.domain.accounts.models import Person
from backend.domain.actor import Role
from backend.domain.threads.models import Suggestion, Thread
from backend.domain.threads.operations import move_thread
from backend.domain.threads.states import ThreadStatus
from backend.domain.threads.waiting import look_after_due_threads
from backend.outbox.models import OutboxEvent
from tests import cast
from tests.domain.asking.peers import owner_of, pushes


class TestReminding:
    """An answered thread whose asker does nothing."""

    @pytest.fixture
    def answered(self, thread: Thread, peers: list[Person], answer: Callable[..., Suggestion]) -> Thread:
        answer(peers[0])
        thread.refresh_from_db()
        return thread

    def test_tells_the_asker_once_then_waits_then_a_supervisor_gets_it(self, answered: Thread, now: datetime) -> None:
        supervisor = cast.new_person(answered.asker.site, "Sue Supervisor", Role.SUPERVISOR)
        owners = []
        for _ in range(5):
            owner, due_at = owner_of(answered)
            assert due_at is not None
            look_after_due_threads(now=due_at)
            owners.append((owner, due_at - now))

        assert [who for who, _ in owners] == [answered.asker] * 3 + [supervisor] * 2
        assert [after for _, after in owners[:3]] == [
            timedelta(hours=1),
            timedelta(hours=2),
            timedelta(hours=22),  # the asker's next working day
        ]
        assert [(push["recipient_id"], push["is_silent"]) for push in pushes("due")] == [
            (str(answered.asker_id), False),
            (str(answered.asker_id), True),
            (str(supervisor.pk), False),
            (str(supervisor.pk), True),
            (str(supervisor.pk), True),
        ]

    def test_is_taken_back_when_the_thread_moves(self, answered: Thread, now: datetime) -> None:
        due_at = owner_of(answered)[1]
        assert due_at is not None
        look_after_due_threads(now=due_at)

        move_thread(actor=answered.asker.actor, thread_id=answered.pk, to=ThreadStatus.WITHDRAWN, now=due_at)

        cancelled = OutboxEvent.objects.filter(name="push.cancelled", payload__kind="due")
        assert [event.payload["subject_id"] for event in cancelled] == [str(answered.pk)]

    def test_begins_anew_when_somebody_moves_it(
        self, answered: Thread, answer: Callable[..., Suggestion], attempt: Callable[..., object], now: datetime
    ) -> None:
        look_after_due_threads(now=now + timedelta(hours=1))

        attempt(answered.asker, Suggestion.objects.get())

        answered.refresh_from_db()
        assert (answered.status, answered.reminders_count) == ("trying", 0)

    def test_does_nothing_before_its_time(self, answered: Thread, now: datetime) -> None:
        assert look_after_due_threads(now=now + timedelta(minutes=59)) == 0
        assert pushes("due") == []
