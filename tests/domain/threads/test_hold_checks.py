"""Did the fix hold? Asked after 1, 7 and 30 days, by the clock that the tests hold."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.errors import IllegalMove, NotAllowed, NotFound
from backend.domain.threads.hold_answers import answer_hold_check
from backend.domain.threads.hold_checks import ask_due_hold_checks
from backend.domain.threads.models import HoldCheck, Suggestion, Thread, ThreadMove, Try
from backend.domain.threads.operations import move_thread
from backend.domain.threads.states import ThreadStatus, TryOutcome
from backend.domain.threads.tries import Outcome, record_outcome
from backend.outbox.models import OutboxEvent
from tests import cast
from tests.plugins.replaying import replayed

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
Answer = Callable[..., Suggestion]
Attempt = Callable[[Person, Suggestion], Try]


@pytest.fixture
@replayed
def fixed(thread: Thread, answer: Answer, attempt: Attempt, owner: Person, colleague: Person, now: datetime) -> Thread:
    """The owner's thread, fixed now by what the colleague suggested."""
    trying = attempt(owner, answer(colleague))
    record_outcome(actor=owner.actor, try_id=trying.pk, outcome=Outcome(TryOutcome.FIXED), now=now)
    thread.refresh_from_db()
    return thread


def pushes(kind: str = "still_running") -> list[dict[str, Any]]:
    events = OutboxEvent.objects.filter(name="push.requested", payload__kind=kind)
    return list(events.order_by("pk").values_list("payload", flat=True))


def check_after(days: int) -> HoldCheck:
    return HoldCheck.objects.get(days=days)


def answer_check(person: Person, days: int, *, has_held: bool, now: datetime) -> HoldCheck:
    check = check_after(days)
    return answer_hold_check(
        actor=person.actor, thread_id=check.thread_id, check_id=check.pk, has_held=has_held, now=now
    )


class TestAsking:
    def test_is_planned_with_the_fix(self, fixed: Thread, now: datetime) -> None:
        planned = HoldCheck.objects.order_by("days").values_list("days", "due_at", "fixed_at")

        assert list(planned) == [(1, now + DAY, now), (7, now + 7 * DAY, now), (30, now + 30 * DAY, now)]

    def test_waits_for_its_day(self, fixed: Thread, now: datetime) -> None:
        assert ask_due_hold_checks(now=now + DAY - timedelta(seconds=1)) == 0
        assert pushes() == []

    def test_asks_the_asker_once(self, fixed: Thread, owner: Person, now: datetime) -> None:
        asked = [ask_due_hold_checks(now=now + DAY) for _ in range(2)]

        (push,) = pushes()
        assert asked == [1, 0]
        assert push["recipient_id"] == str(owner.pk)
        assert (push["title"], push["body"]) == (
            "Still running? CHL-A",
            "You fixed this yesterday: Chiller will not start",
        )
        assert push["data"] == {"thread_id": str(fixed.pk), "check_id": str(check_after(1).pk)}
        assert push["version"] == fixed.version

    def test_asks_on_each_of_the_days(self, fixed: Thread, now: datetime) -> None:
        for days in range(40):
            ask_due_hold_checks(now=now + days * DAY)

        assert [push["body"].split(":")[0] for push in pushes()] == [
            "You fixed this yesterday",
            "You fixed this 7 days ago",
            "You fixed this 30 days ago",
        ]

    def test_is_one_question_after_a_fortnight_without_a_sweep(self, fixed: Thread, now: datetime) -> None:
        ask_due_hold_checks(now=now + 14 * DAY)

        assert [push["body"].split(":")[0] for push in pushes()] == ["You fixed this 7 days ago"]
        assert ask_due_hold_checks(now=now + 15 * DAY) == 0

    def test_asks_nobody_about_a_thread_that_was_opened_again(
        self, fixed: Thread, owner: Person, now: datetime
    ) -> None:
        move_thread(actor=owner.actor, thread_id=fixed.pk, to=ThreadStatus.ASKED, now=now)

        assert ask_due_hold_checks(now=now + 30 * DAY) == 0
        assert (HoldCheck.objects.count(), pushes()) == (0, [])

    def test_does_not_ask_what_was_said_already(self, fixed: Thread, owner: Person, now: datetime) -> None:
        answer_check(owner, 1, has_held=True, now=now)

        assert ask_due_hold_checks(now=now + DAY) == 0


class TestStillRunning:
    @pytest.mark.parametrize("days", [1, 7])
    def test_is_noted(self, fixed: Thread, owner: Person, now: datetime, days: int) -> None:
        check = answer_check(owner, days, has_held=True, now=now + days * DAY)

        fixed.refresh_from_db()
        assert (check.has_held, check.answered_at, fixed.status) == (True, now + days * DAY, "fixed")

    def test_after_thirty_days_means_that_it_held(self, fixed: Thread, owner: Person, now: datetime) -> None:
        answer_check(owner, 30, has_held=True, now=now + 30 * DAY)

        fixed.refresh_from_db()
        last = ThreadMove.objects.order_by("pk").last()
        assert last is not None
        assert (fixed.status, fixed.next_owner_id) == ("held", None)
        assert (last.from_status, last.to_status, last.person_id) == ("fixed", "held", owner.pk)

    def test_before_the_thirty_days_are_over_cannot_be_said(self, fixed: Thread, owner: Person, now: datetime) -> None:
        with pytest.raises(IllegalMove):
            answer_check(owner, 30, has_held=True, now=now + 30 * DAY - timedelta(seconds=1))

        fixed.refresh_from_db()
        assert (check_after(30).has_held, fixed.status) == (None, "fixed")

    def test_after_thirty_days_is_told_to_whoever_fixed_it_and_silently_to_who_else_answered(
        self, fixed: Thread, answer: Answer, owner: Person, colleague: Person, peers: list[Person], now: datetime
    ) -> None:
        answer(peers[0], "Or swap the pump.")
        answer(owner, "I had the same last year.")
        before = len(pushes("outcome"))

        for _ in range(2):
            answer_check(owner, 30, has_held=True, now=now + 30 * DAY)

        told = {push["recipient_id"]: push for push in pushes("outcome")[before:]}
        assert {person_id: push["is_silent"] for person_id, push in told.items()} == {
            str(colleague.pk): False,
            str(peers[0].pk): True,
        }
        assert told[str(colleague.pk)]["title"] == "Your fix held: Chiller will not start"
        assert told[str(colleague.pk)]["body"] == "CHL-A has run for 30 days since."

    def test_after_thirty_days_is_told_to_each_in_their_own_language(
        self, fixed: Thread, answer: Answer, owner: Person, colleague: Person, peers: list[Person], now: datetime
    ) -> None:
        answer(peers[0], "Or swap the pump.")
        cast.speak("de", colleague)
        before = len(pushes("outcome"))

        answer_check(owner, 30, has_held=True, now=now + 30 * DAY)

        told = {push["recipient_id"]: (push["title"], push["body"]) for push in pushes("outcome")[before:]}
        assert told == {
            str(colleague.pk): (
                "Ihre Lösung hat gehalten: Chiller will not start",
                "CHL-A läuft seitdem, 30 Tage lang.",
            ),
            str(peers[0].pk): ("The fix held: Chiller will not start", "CHL-A has run for 30 days since."),
        }

    def test_is_said_once_however_often(self, fixed: Thread, owner: Person, now: datetime) -> None:
        for hours in range(3):
            answer_check(owner, 30, has_held=True, now=now + 30 * DAY + timedelta(hours=hours))

        assert check_after(30).answered_at == now + 30 * DAY
        assert ThreadMove.objects.filter(to_status="held").count() == 1


class TestFailedAgain:
    def test_asks_peers_again(self, fixed: Thread, owner: Person, now: datetime) -> None:
        answer_check(owner, 7, has_held=False, now=now + 7 * DAY)

        fixed.refresh_from_db()
        assert (fixed.status, fixed.fixed_at, fixed.next_owner_id) == ("asked", None, owner.pk)

    def test_withdraws_what_else_was_asked(self, fixed: Thread, owner: Person, now: datetime) -> None:
        ask_due_hold_checks(now=now + DAY)
        answer_check(owner, 7, has_held=False, now=now + 7 * DAY)

        assert list(HoldCheck.objects.values_list("days", "has_held")) == [(7, False)]
        cancelled = OutboxEvent.objects.filter(name="push.cancelled", payload__kind="still_running")
        assert cancelled.get().payload["subject_id"] == str(fixed.pk)

    def test_counts_after_a_still_running(self, fixed: Thread, owner: Person, now: datetime) -> None:
        answer_check(owner, 30, has_held=True, now=now + 30 * DAY)

        answer_check(owner, 30, has_held=False, now=now + 31 * DAY)

        fixed.refresh_from_db()
        assert fixed.status == "asked"

    def test_happens_once_however_often_it_is_said(self, fixed: Thread, owner: Person, now: datetime) -> None:
        for _ in range(3):
            answer_check(owner, 7, has_held=False, now=now + 7 * DAY)

        assert ThreadMove.objects.filter(to_status="asked", from_status="fixed").count() == 1

    def test_starts_anew_with_the_next_fix(
        self, fixed: Thread, owner: Person, colleague: Person, answer: Answer, attempt: Attempt, now: datetime
    ) -> None:
        answer_check(owner, 7, has_held=False, now=now + 7 * DAY)
        again = attempt(owner, answer(colleague, "Replace the pump."))
        fixed_at = now + 8 * DAY
        record_outcome(actor=owner.actor, try_id=again.pk, outcome=Outcome(TryOutcome.FIXED), now=fixed_at)

        planned = HoldCheck.objects.filter(fixed_at=fixed_at).order_by("days").values_list("days", "due_at")

        assert list(planned) == [(days, fixed_at + days * DAY) for days in (1, 7, 30)]


class TestWhoMaySay:
    def test_not_another_technician(self, fixed: Thread, colleague: Person, now: datetime) -> None:
        with pytest.raises(NotAllowed):
            answer_check(colleague, 7, has_held=False, now=now)

        assert check_after(7).has_held is None

    def test_a_curator(self, fixed: Thread, curator: Person, now: datetime) -> None:
        assert answer_check(curator, 7, has_held=True, now=now).has_held

    def test_nobody_of_another_organisation(self, fixed: Thread, outsider: Person, now: datetime) -> None:
        with pytest.raises(NotFound):
            answer_check(outsider, 7, has_held=False, now=now)

    def test_nobody_about_a_check_of_another_thread(self, fixed: Thread, owner: Person, now: datetime) -> None:
        with pytest.raises(NotFound):
            answer_hold_check(actor=owner.actor, thread_id=fixed.pk, check_id=uuid7(), has_held=False, now=now)

    def test_nobody_about_a_fix_that_is_history(self, fixed: Thread, owner: Person, now: datetime) -> None:
        answer_check(owner, 7, has_held=True, now=now)
        move_thread(actor=owner.actor, thread_id=fixed.pk, to=ThreadStatus.ASKED, now=now)

        with pytest.raises(IllegalMove):
            answer_check(owner, 7, has_held=False, now=now)
