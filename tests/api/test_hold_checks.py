"""'Still running?', answered in the app or from the lock screen."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from api_schema.ids import uuid7
from api_schema.push_payloads import PushKind
from backend.domain.accounts.models import Person
from backend.domain.asking.models import Ask
from backend.domain.threads.hold_checks import ask_due_hold_checks
from backend.domain.threads.models import HoldCheck, Thread
from backend.domain.threads.states import TryOutcome
from tests.api.calls import assert_problem, phone_of, post
from tests.api.world import answer_and_try
from tests.lock_screen import a_reply, lock_screen, token_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def fixed(own_ask: Ask, colleague: Person) -> Thread:
    """The owner's thread, fixed by what the colleague suggested."""
    thread = Thread.objects.get(pk=own_ask.round.thread_id)
    answer_and_try(thread, colleague, TryOutcome.FIXED)
    thread.refresh_from_db()
    return thread


def token_after(days: int, owner: Person, now: datetime) -> str:
    """Return the token of the push that asks the owner, so many days after the fix."""
    ask_due_hold_checks(now=now + timedelta(days=days))
    return token_of(owner, PushKind.STILL_RUNNING)


class TestFromTheLockScreen:
    def test_yes_after_thirty_days_means_that_it_held(self, fixed: Thread, owner: Person, now: datetime) -> None:
        answer = post(lock_screen(), "/replies", a_reply(token_after(30, owner, now), "still_running_yes"))

        fixed.refresh_from_db()
        assert (answer.status_code, answer.json()["result"], fixed.status) == (201, "noted", "held")

    def test_no_asks_peers_again_once(self, fixed: Thread, owner: Person, now: datetime) -> None:
        reply = a_reply(token_after(7, owner, now), "still_running_no")

        answers = [post(lock_screen(), "/replies", reply) for _ in range(3)]

        fixed.refresh_from_db()
        assert [(one.status_code, one.json()["result"]) for one in answers] == [
            (201, "reopened"),
            (200, "reopened"),
            (200, "reopened"),
        ]
        assert (fixed.status, fixed.moves.filter(from_status="fixed").count()) == ("asked", 1)

    def test_is_settled_when_the_thread_was_opened_again(self, fixed: Thread, owner: Person, now: datetime) -> None:
        token = token_after(7, owner, now)
        post(lock_screen(), "/replies", a_reply(token, "still_running_no"))

        answer = post(lock_screen(), "/replies", a_reply(token, "still_running_yes"))

        assert (answer.status_code, answer.json()["result"]) == (201, "not_needed")

    def test_offers_nothing_else(self, fixed: Thread, owner: Person, now: datetime) -> None:
        reply = a_reply(token_after(1, owner, now), "answer", text="Bleed the air.")

        problem = assert_problem(post(lock_screen(), "/replies", reply), "reply_not_offered")

        assert problem["offered"] == ["still_running_yes", "still_running_no"]


class TestInTheApp:
    def path(self, fixed: Thread, days: int) -> str:
        return f"/threads/{fixed.pk}/hold-checks/{HoldCheck.objects.get(days=days).pk}"

    def test_is_noted_before_anybody_asked(self, fixed: Thread, owner: Person) -> None:
        answer = post(phone_of(owner), self.path(fixed, 1), {"still_running": True})

        assert (answer.status_code, answer.json()["days"], answer.json()["still_running"]) == (200, 1, True)

    def test_is_the_askers_to_say(self, fixed: Thread, colleague: Person) -> None:
        assert_problem(post(phone_of(colleague), self.path(fixed, 1), {"still_running": False}), "not_allowed")

        assert HoldCheck.objects.get(days=1).has_held is None

    def test_is_about_a_check_of_this_thread(self, fixed: Thread, owner: Person) -> None:
        path = f"/threads/{fixed.pk}/hold-checks/{uuid7()}"

        assert_problem(post(phone_of(owner), path, {"still_running": False}), "not_found")
