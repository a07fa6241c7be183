"""Tries by others, on other machines and after the fix; and outcomes that are put right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.asking.models import VerifiedFix
from backend.domain.equipment.models import Asset
from backend.domain.equipment.operations import add_asset
from backend.domain.errors import IllegalMove, NotAllowed, NotFound
from backend.domain.threads.hold_answers import answer_hold_check
from backend.domain.threads.models import HoldCheck, Suggestion, Thread, ThreadMove, Try, TryChange
from backend.domain.threads.operations import move_thread
from backend.domain.threads.outcome_changes import change_outcome
from backend.domain.threads.states import ThreadStatus, TryOutcome
from backend.domain.threads.tries import Outcome, record_outcome, start_try
from backend.outbox.models import OutboxEvent
from tests.plugins.replaying import replayed

pytestmark = pytest.mark.django_db

Answer = Callable[..., Suggestion]
Attempt = Callable[[Person, Suggestion], Try]
MINUTE = timedelta(minutes=1)


@pytest.fixture
@replayed
def second_asset(asset: Asset) -> Asset:
    """Another chiller of the same model."""
    return add_asset(asset_model=asset.asset_model, site=asset.site, tag="CHL-B")


@pytest.fixture
@replayed
def advice(answer: Answer, colleague: Person) -> Suggestion:
    return answer(colleague)


@pytest.fixture
@replayed
def running(attempt: Attempt, owner: Person, advice: Suggestion) -> Try:
    """The asker's try of the advice."""
    return attempt(owner, advice)


def try_it(person: Person, suggestion: Suggestion, now: datetime, asset: Asset | None = None) -> Try:
    return start_try(
        actor=person.actor,
        try_id=uuid7(),
        suggestion_id=suggestion.pk,
        asset_id=asset.pk if asset else None,
        now=now,
    ).row


def end(attempt: Try, outcome: TryOutcome, now: datetime) -> Try:
    return record_outcome(actor=attempt.person.actor, try_id=attempt.pk, outcome=Outcome(outcome), now=now)


def change(attempt: Try, outcome: TryOutcome, now: datetime, note: str = "") -> Try:
    return change_outcome(actor=attempt.person.actor, try_id=attempt.pk, outcome=Outcome(outcome, note), now=now)


def status_of(thread: Thread) -> str:
    thread.refresh_from_db()
    return thread.status


def everything() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Try, TryChange, ThreadMove, VerifiedFix, OutboxEvent))


class TestALaterTry:
    """Somebody else with the same fault, on a machine of their own."""

    @pytest.mark.parametrize("outcome", TryOutcome)
    def test_leaves_the_solved_thread_where_it_is(
        self,
        thread: Thread,
        running: Try,
        advice: Suggestion,
        peers: list[Person],
        second_asset: Asset,
        now: datetime,
        outcome: TryOutcome,
    ) -> None:
        end(running, TryOutcome.FIXED, now)
        moves = ThreadMove.objects.count()

        later = end(try_it(peers[0], advice, now, second_asset), outcome, now)

        assert (status_of(thread), ThreadMove.objects.count()) == ("fixed", moves)
        assert (later.moves_thread, later.asset) == (False, second_asset)

    def test_that_fixed_is_evidence_on_its_own_machine_and_told_to_the_author_once(
        self,
        running: Try,
        advice: Suggestion,
        peers: list[Person],
        colleague: Person,
        second_asset: Asset,
        now: datetime,
    ) -> None:
        end(running, TryOutcome.FIXED, now)

        later = end(try_it(peers[0], advice, now, second_asset), TryOutcome.FIXED, now)

        fixes = VerifiedFix.objects.filter(try_id=later.pk)
        assert {(fix.person_id, fix.asset_id) for fix in fixes} == {
            (peers[0].pk, second_asset.pk),
            (colleague.pk, second_asset.pk),
        }
        (push,) = OutboxEvent.objects.filter(name="push.requested", payload__dedupe_key=f"outcome:{later.pk}")
        assert push.payload["recipient_id"] == str(colleague.pk)
        assert push.payload["title"] == "Your answer fixed it again: Chiller will not start"
        assert push.payload["body"] == "Ann Peer tried what you suggested on CHL-B. It runs."

    def test_on_another_machine_runs_beside_the_askers(
        self, thread: Thread, running: Try, advice: Suggestion, peers: list[Person], second_asset: Asset, now: datetime
    ) -> None:
        beside = try_it(peers[0], advice, now, second_asset)
        end(beside, TryOutcome.NO, now)

        assert status_of(thread) == "trying"
        assert (running.moves_thread, beside.moves_thread) == (True, False)

    def test_on_the_same_machine_waits_for_the_askers(
        self, running: Try, advice: Suggestion, peers: list[Person], now: datetime
    ) -> None:
        before = everything()

        with pytest.raises(IllegalMove):
            try_it(peers[0], advice, now)

        assert everything() == before

    def test_runs_once_for_each_person(
        self, running: Try, advice: Suggestion, peers: list[Person], second_asset: Asset, now: datetime
    ) -> None:
        end(running, TryOutcome.FIXED, now)
        try_it(peers[0], advice, now, second_asset)
        before = everything()

        with pytest.raises(IllegalMove):
            try_it(peers[0], advice, now, second_asset)

        assert everything() == before
        assert try_it(peers[1], advice, now, second_asset).moves_thread is False

    def test_is_refused_while_an_own_one_outlived_its_thread(
        self, thread: Thread, running: Try, answer: Answer, owner: Person, colleague: Person, now: datetime
    ) -> None:
        move_thread(actor=owner.actor, thread_id=thread.pk, to=ThreadStatus.PARKED, now=now)
        other = answer(colleague, "Check the flow switch.")

        with pytest.raises(IllegalMove):
            try_it(owner, other, now)

        assert status_of(thread) == "answered"

    def test_hides_another_organisations_machine(self, advice: Suggestion, owner: Person, now: datetime) -> None:
        before = everything()

        with pytest.raises(NotFound):
            start_try(actor=owner.actor, try_id=uuid7(), suggestion_id=advice.pk, asset_id=uuid7(), now=now)

        assert everything() == before


class TestChangeOutcome:
    def test_keeps_what_was_said_before(self, thread: Thread, running: Try, now: datetime) -> None:
        end(running, TryOutcome.NO, now)

        changed = change(running, TryOutcome.WORSE, now + MINUTE, note="Now it trips.")

        was = TryChange.objects.get()
        assert (changed.outcome, changed.note, changed.ended_at) == ("worse", "Now it trips.", now)
        assert (was.attempt_id, was.outcome, was.changed_at) == (running.pk, "no", now + MINUTE)
        assert status_of(thread) == "asked"

    def test_to_fixed_closes_the_thread(self, thread: Thread, running: Try, now: datetime) -> None:
        end(running, TryOutcome.NO, now)

        change(running, TryOutcome.FIXED, now + MINUTE)

        assert status_of(thread) == "fixed"
        assert (VerifiedFix.objects.count(), HoldCheck.objects.count()) == (2, 3)

    def test_from_fixed_opens_the_thread_and_takes_the_evidence_back(
        self, thread: Thread, running: Try, colleague: Person, now: datetime
    ) -> None:
        end(running, TryOutcome.FIXED, now)

        change(running, TryOutcome.PARTLY, now + MINUTE)

        assert (status_of(thread), thread.fixed_at) == ("asked", None)
        assert (VerifiedFix.objects.count(), HoldCheck.objects.count()) == (0, 0)
        told = OutboxEvent.objects.get(name="push.requested", payload__dedupe_key=f"not-fixed:{running.pk}").payload
        assert (told["recipient_id"], told["is_silent"]) == (str(colleague.pk), True)

    def test_from_fixed_goes_back_to_the_suggestions_that_are_left(
        self, thread: Thread, running: Try, answer: Answer, colleague: Person, now: datetime
    ) -> None:
        answer(colleague, "Check the flow switch.")
        end(running, TryOutcome.FIXED, now)

        change(running, TryOutcome.NO, now + MINUTE)

        assert status_of(thread) == "answered"

    def test_is_one_change_however_often_it_is_sent(self, running: Try, now: datetime) -> None:
        end(running, TryOutcome.FIXED, now)
        for _ in range(3):
            change(running, TryOutcome.NO, now + MINUTE)

        assert TryChange.objects.count() == 1

    @pytest.mark.parametrize("after", [timedelta(minutes=15), timedelta(days=1)])
    def test_is_refused_after_a_quarter_of_an_hour(self, running: Try, now: datetime, after: timedelta) -> None:
        end(running, TryOutcome.FIXED, now)
        before = everything()

        with pytest.raises(IllegalMove):
            change(running, TryOutcome.NO, now + after)

        assert everything() == before
        running.refresh_from_db()
        assert running.outcome == "fixed"

    def test_is_possible_until_the_last_second_and_gains_no_time_by_a_change(self, running: Try, now: datetime) -> None:
        end(running, TryOutcome.FIXED, now)

        change(running, TryOutcome.NO, now + 15 * MINUTE - timedelta(seconds=1))

        with pytest.raises(IllegalMove):
            change(running, TryOutcome.FIXED, now + 15 * MINUTE)

    def test_does_not_undo_what_happened_since(
        self, thread: Thread, running: Try, owner: Person, now: datetime
    ) -> None:
        end(running, TryOutcome.FIXED, now)
        check = HoldCheck.objects.get(days=1)
        answer_hold_check(actor=owner.actor, thread_id=thread.pk, check_id=check.pk, has_held=True, now=now + MINUTE)
        before = everything()

        with pytest.raises(IllegalMove):
            change(running, TryOutcome.NO, now + 2 * MINUTE)

        assert (status_of(thread), everything()) == ("fixed", before)

    def test_is_refused_while_the_next_try_runs(
        self, thread: Thread, running: Try, answer: Answer, owner: Person, colleague: Person, now: datetime
    ) -> None:
        other = answer(colleague, "Check the flow switch.")
        end(running, TryOutcome.NO, now)
        try_it(owner, other, now + MINUTE)

        with pytest.raises(IllegalMove):
            change(running, TryOutcome.FIXED, now + 2 * MINUTE)

        assert status_of(thread) == "trying"

    def test_is_for_the_person_who_tried(self, running: Try, colleague: Person, now: datetime) -> None:
        end(running, TryOutcome.NO, now)

        with pytest.raises(NotAllowed):
            change_outcome(
                actor=colleague.actor, try_id=running.pk, outcome=Outcome(TryOutcome.FIXED), now=now + MINUTE
            )

    def test_needs_an_outcome(self, running: Try, now: datetime) -> None:
        with pytest.raises(IllegalMove):
            change(running, TryOutcome.NO, now)

    def test_of_a_later_try_moves_nothing(
        self, thread: Thread, running: Try, advice: Suggestion, peers: list[Person], second_asset: Asset, now: datetime
    ) -> None:
        end(running, TryOutcome.FIXED, now)
        later = end(try_it(peers[0], advice, now, second_asset), TryOutcome.FIXED, now)

        change(later, TryOutcome.NO, now + MINUTE)

        assert status_of(thread) == "fixed"
        assert set(VerifiedFix.objects.values_list("try_id", flat=True)) == {running.pk}
