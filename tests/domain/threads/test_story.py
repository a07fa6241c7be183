"""What answers and tries do to a thread."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.asking.models import AskRound, VerifiedFix, Wave
from backend.domain.errors import IllegalMove, InvalidInput, NotAllowed, NotFound
from backend.domain.threads.models import Suggestion, Thread, ThreadMove, Try
from backend.domain.threads.operations import chosen_moves, move_thread
from backend.domain.threads.ranking import rank_suggestions
from backend.domain.threads.states import ThreadStatus, TryOutcome
from backend.domain.threads.suggestions import Proposal, ThreadClosed, suggest
from backend.domain.threads.tries import Outcome, record_outcome, start_try
from backend.outbox.models import OutboxEvent

Answer = Callable[..., Suggestion]
Attempt = Callable[[Person, Suggestion], Try]


def events(name: str) -> int:
    return OutboxEvent.objects.filter(name=name).count()


class TestSuggest:
    def test_the_first_answer_stops_the_asking_and_tells_the_asker(
        self, thread: Thread, answer: Answer, owner: Person, colleague: Person
    ) -> None:
        answer(colleague)

        thread.refresh_from_db()
        assert thread.status == "answered"
        assert AskRound.objects.get().status == "answered"
        assert set(Wave.objects.values_list("status", flat=True)) == {"cancelled"}
        assert events("push.cancelled") == 1
        assert OutboxEvent.objects.get(name="push.requested").payload["recipient_id"] == str(owner.pk)

    def test_keeps_one_suggestion_when_the_phone_repeats_itself(
        self, thread: Thread, colleague: Person, now: datetime
    ) -> None:
        suggestion_id = uuid7()
        for _ in range(2):
            proposal = Proposal(text="Bleed the air.")
            suggest(actor=colleague.actor, suggestion_id=suggestion_id, thread_id=thread.pk, proposal=proposal, now=now)

        assert Suggestion.objects.count() == 1
        assert events("push.requested") == 1

    def test_refuses_an_answer_to_a_withdrawn_thread_and_tells_nobody(
        self, thread: Thread, answer: Answer, owner: Person, colleague: Person, now: datetime
    ) -> None:
        move_thread(actor=owner.actor, thread_id=thread.pk, to=ThreadStatus.WITHDRAWN, now=now)

        with pytest.raises(ThreadClosed):
            answer(colleague)

        assert Suggestion.objects.count() == 0
        assert events("push.requested") == 0

    def test_refuses_an_empty_answer(self, answer: Answer, colleague: Person) -> None:
        with pytest.raises(InvalidInput):
            answer(colleague, "  ")

    def test_hides_another_organisations_thread_as_missing(self, answer: Answer, outsider: Person) -> None:
        with pytest.raises(NotFound):
            answer(outsider)

        assert Suggestion.objects.count() == 0

    def test_keeps_an_answer_that_comes_after_the_fix_in_silence(
        self, thread: Thread, answer: Answer, attempt: Attempt, owner: Person, colleague: Person, now: datetime
    ) -> None:
        first = attempt(owner, answer(colleague))
        record_outcome(actor=owner.actor, try_id=first.pk, outcome=Outcome(TryOutcome.FIXED), now=now)
        told = events("push.requested")

        answer(colleague, "Or check the flow switch.")

        thread.refresh_from_db()
        assert (thread.status, Suggestion.objects.count(), events("push.requested")) == ("fixed", 2, told)


class TestRecordOutcome:
    def test_a_fix_closes_the_thread_keeps_the_evidence_and_asks_for_a_draft(
        self, thread: Thread, answer: Answer, attempt: Attempt, owner: Person, colleague: Person, now: datetime
    ) -> None:
        attempted = attempt(owner, answer(colleague))

        outcome = Outcome(TryOutcome.FIXED, minutes=12, cause="Scale", remedy="Cleaned the strainer")
        record_outcome(actor=owner.actor, try_id=attempted.pk, outcome=outcome, now=now)

        thread.refresh_from_db()
        assert (thread.status, thread.remedy, thread.fixed_at) == ("fixed", "Cleaned the strainer", now)
        assert (thread.next_owner_id, thread.next_due_at) == (None, None)
        assert set(VerifiedFix.objects.values_list("person_id", flat=True)) == {owner.pk, colleague.pk}
        assert events("thread.fixed") == 1

    def test_a_failed_try_goes_back_to_the_suggestions_that_are_left(
        self, thread: Thread, answer: Answer, attempt: Attempt, owner: Person, colleague: Person, now: datetime
    ) -> None:
        first, _second = answer(colleague), answer(colleague, "Check the flow switch.")
        attempted = attempt(owner, first)

        record_outcome(actor=owner.actor, try_id=attempted.pk, outcome=Outcome(TryOutcome.NO), now=now)

        thread.refresh_from_db()
        assert thread.status == "answered"

    def test_a_failed_try_asks_again_when_nothing_is_left_to_try(
        self, thread: Thread, answer: Answer, attempt: Attempt, owner: Person, colleague: Person, now: datetime
    ) -> None:
        attempted = attempt(owner, answer(colleague))

        record_outcome(actor=owner.actor, try_id=attempted.pk, outcome=Outcome(TryOutcome.WORSE), now=now)

        thread.refresh_from_db()
        assert thread.status == "asked"
        assert sorted(AskRound.objects.values_list("status", flat=True)) == ["answered", "open"]

    @pytest.mark.parametrize("moves", [["parked"], ["parked", "asked"]])
    def test_a_fix_closes_a_thread_that_was_put_aside_meanwhile(
        self,
        thread: Thread,
        answer: Answer,
        attempt: Attempt,
        owner: Person,
        colleague: Person,
        now: datetime,
        moves: list[str],
    ) -> None:
        running = attempt(owner, answer(colleague))
        for to in moves:
            move_thread(actor=owner.actor, thread_id=thread.pk, to=ThreadStatus(to), now=now)

        record_outcome(actor=owner.actor, try_id=running.pk, outcome=Outcome(TryOutcome.FIXED), now=now)

        thread.refresh_from_db()
        assert thread.status == "fixed"
        assert not AskRound.objects.filter(status="open").exists()
        assert VerifiedFix.objects.count() == 2

    @pytest.mark.parametrize("outcome", TryOutcome)
    def test_a_thread_that_was_given_up_meanwhile_stays_given_up_and_keeps_the_outcome(
        self,
        thread: Thread,
        answer: Answer,
        attempt: Attempt,
        owner: Person,
        colleague: Person,
        now: datetime,
        outcome: TryOutcome,
    ) -> None:
        running = attempt(owner, answer(colleague))
        move_thread(actor=owner.actor, thread_id=thread.pk, to=ThreadStatus.UNSOLVED, now=now)

        record_outcome(actor=owner.actor, try_id=running.pk, outcome=Outcome(outcome), now=now)

        thread.refresh_from_db()
        running.refresh_from_db()
        assert (thread.status, running.outcome) == ("unsolved", outcome)
        assert VerifiedFix.objects.count() == (2 if outcome is TryOutcome.FIXED else 0)

    def test_an_outcome_is_recorded_once(
        self, answer: Answer, attempt: Attempt, owner: Person, colleague: Person, now: datetime
    ) -> None:
        attempted = attempt(owner, answer(colleague))
        record_outcome(actor=owner.actor, try_id=attempted.pk, outcome=Outcome(TryOutcome.FIXED), now=now)

        with pytest.raises(IllegalMove):
            record_outcome(actor=owner.actor, try_id=attempted.pk, outcome=Outcome(TryOutcome.NO), now=now)

        assert events("thread.fixed") == 1

    def test_only_the_person_who_tries_may_say_how_it_went(
        self, answer: Answer, attempt: Attempt, owner: Person, colleague: Person, now: datetime
    ) -> None:
        attempted = attempt(owner, answer(colleague))

        with pytest.raises(NotAllowed):
            record_outcome(actor=colleague.actor, try_id=attempted.pk, outcome=Outcome(TryOutcome.FIXED), now=now)


class TestStartTry:
    def test_needs_an_answered_thread(
        self, thread: Thread, answer: Answer, attempt: Attempt, owner: Person, colleague: Person, now: datetime
    ) -> None:
        suggestion = answer(colleague)
        attempt(owner, suggestion)

        with pytest.raises(IllegalMove) as refused:
            start_try(actor=owner.actor, try_id=uuid7(), suggestion_id=suggestion.pk, now=now)

        assert refused.value.facts["state"] == "trying"
        assert "fixed" in refused.value.facts["allowed"]
        assert Try.objects.count() == 1


class TestMoveThread:
    def test_parking_stops_the_asking_and_asking_again_starts_a_new_round(
        self, thread: Thread, owner: Person, now: datetime
    ) -> None:
        move_thread(actor=owner.actor, thread_id=thread.pk, to=ThreadStatus.PARKED, now=now)
        move_thread(actor=owner.actor, thread_id=thread.pk, to=ThreadStatus.ASKED, now=now)

        assert sorted(AskRound.objects.values_list("status", flat=True)) == ["closed", "open"]
        history = ThreadMove.objects.order_by("moved_at", "pk").values_list("from_status", "to_status")
        assert list(history) == [("draft", "asked"), ("asked", "parked"), ("parked", "asked")]

    def test_an_illegal_move_lists_the_allowed_ones(self, thread: Thread, owner: Person, now: datetime) -> None:
        with pytest.raises(IllegalMove) as refused:
            move_thread(actor=owner.actor, thread_id=thread.pk, to=ThreadStatus.FIXED, now=now)

        assert refused.value.facts == {"state": "asked", "allowed": ["parked", "unsolved", "withdrawn"]}
        assert chosen_moves(thread) == ["parked", "unsolved", "withdrawn"]

    def test_a_colleague_may_not_withdraw_somebody_elses_thread(
        self, thread: Thread, colleague: Person, now: datetime
    ) -> None:
        with pytest.raises(NotAllowed):
            move_thread(actor=colleague.actor, thread_id=thread.pk, to=ThreadStatus.WITHDRAWN, now=now)


class TestRankSuggestions:
    def test_outcomes_decide_and_the_untried_stands_between(
        self, thread: Thread, answer: Answer, attempt: Attempt, owner: Person, colleague: Person, now: datetime
    ) -> None:
        failed, untried = answer(colleague, "Replace the board."), answer(colleague, "Bleed the air.")
        record_outcome(actor=owner.actor, try_id=attempt(owner, failed).pk, outcome=Outcome(TryOutcome.NO), now=now)
        worked = answer(colleague, "Clean the strainer.")
        record_outcome(actor=owner.actor, try_id=attempt(owner, worked).pk, outcome=Outcome(TryOutcome.FIXED), now=now)

        ranked = rank_suggestions(Suggestion.objects.filter(thread=thread).order_by("pk"))

        assert [one.pk for one in ranked] == [worked.pk, untried.pk, failed.pk]
