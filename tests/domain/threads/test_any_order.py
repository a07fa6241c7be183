"""
Questions, answers, tries on any machine, outcomes put right, "this is it" and "failed again" in any order.

The rules drive the product's own operations over PostgreSQL, with the time passed in; what must hold is looked up in
the rows themselves after every step.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.db.models import Count
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run

from api_schema.ids import uuid7
from backend.domain.asking.models import AskRound, VerifiedFix
from backend.domain.equipment.operations import add_asset, add_asset_model
from backend.domain.errors import IllegalMove, InvalidInput, NotFound
from backend.domain.search.models import SubjectKind
from backend.domain.threads.deflecting import deflect
from backend.domain.threads.hold_answers import answer_hold_check
from backend.domain.threads.hold_checks import ask_due_hold_checks
from backend.domain.threads.models import HoldCheck, Suggestion, Thread, Try
from backend.domain.threads.operations import Question, ask, move_thread
from backend.domain.threads.outcome_changes import change_outcome
from backend.domain.threads.states import OPEN_STATUSES, SOLVED_STATUSES, ThreadStatus, TryOutcome
from backend.domain.threads.suggestions import Proposal, ThreadClosed, suggest
from backend.domain.threads.tries import Outcome, record_outcome, start_try
from tests import cast

picks = st.integers(0, 99)


class Threads(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.now = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    @initialize()
    def open_the_organisation(self) -> None:
        organisation = cast.new_organisation(f"Works {uuid7()}")
        site = cast.new_site(organisation)
        self.people = [cast.new_person(site, name) for name in ("Ann Asker", "Bob Boiler", "Cal Chiller")]
        model = add_asset_model(organisation=organisation, make="Acme", name="KX-240", family="chiller")
        self.assets = [add_asset(asset_model=model, site=site, tag=tag) for tag in ("CH-1", "CH-2")]

    # What people do

    @rule(who=picks, asset=picks)
    def ask(self, who: int, asset: int) -> None:
        question = Question(asset_id=self.assets[asset % 2].pk, title="It will not start", fault_code="E4")
        ask(actor=self.people[who % 3].actor, thread_id=uuid7(), question=question, now=self.now)

    @precondition(lambda self: Thread.objects.exists())
    @rule(pick=picks, who=picks)
    def answer(self, pick: int, who: int) -> None:
        thread, proposal = self._thread(pick), Proposal(text="Clean the strainer.")
        actor = self.people[who % 3].actor
        self._attempt(
            lambda: suggest(actor=actor, suggestion_id=uuid7(), thread_id=thread.pk, proposal=proposal, now=self.now)
        )

    @precondition(lambda self: Suggestion.objects.exists())
    @rule(pick=picks, who=picks, asset=st.sampled_from([None, 0, 1]))
    def start_a_try(self, pick: int, who: int, asset: int | None) -> None:
        suggestions = list(Suggestion.objects.order_by("pk"))
        suggestion, person = suggestions[pick % len(suggestions)], self.people[who % 3]
        closed = Thread.objects.filter(asker=person, deflected_to_id=suggestion.thread_id).first()
        self._attempt(
            lambda: start_try(
                actor=person.actor,
                try_id=uuid7(),
                suggestion_id=suggestion.pk,
                asset_id=None if asset is None else self.assets[asset].pk,
                from_thread_id=closed.pk if closed else None,
                now=self.now,
            )
        )

    @precondition(lambda self: Try.objects.filter(outcome="").exists())
    @rule(pick=picks, outcome=st.sampled_from(TryOutcome))
    def say_how_it_went(self, pick: int, outcome: TryOutcome) -> None:
        running = list(Try.objects.filter(outcome="").select_related("person").order_by("pk"))
        one = running[pick % len(running)]
        record_outcome(actor=one.person.actor, try_id=one.pk, outcome=Outcome(outcome), now=self.now)

    @precondition(lambda self: Try.objects.exclude(outcome="").exists())
    @rule(pick=picks, outcome=st.sampled_from(TryOutcome))
    def put_it_right(self, pick: int, outcome: TryOutcome) -> None:
        ended = list(Try.objects.exclude(outcome="").select_related("person").order_by("pk"))
        one = ended[pick % len(ended)]
        self._attempt(
            lambda: change_outcome(actor=one.person.actor, try_id=one.pk, outcome=Outcome(outcome), now=self.now)
        )

    @precondition(lambda self: Thread.objects.exists())
    @rule(pick=picks, known=picks)
    def say_that_this_is_it(self, pick: int, known: int) -> None:
        thread, linked = self._thread(pick), self._thread(known)
        actor = thread.asker.actor
        self._attempt(
            lambda: deflect(
                actor=actor, thread_id=thread.pk, kind=SubjectKind.THREAD, subject_id=linked.pk, now=self.now
            )
        )

    @precondition(lambda self: Thread.objects.exists())
    @rule(pick=picks, to=st.sampled_from([ThreadStatus.PARKED, ThreadStatus.UNSOLVED, ThreadStatus.ASKED]))
    def move(self, pick: int, to: ThreadStatus) -> None:
        thread = self._thread(pick)
        self._attempt(lambda: move_thread(actor=thread.asker.actor, thread_id=thread.pk, to=to, now=self.now))

    @precondition(lambda self: HoldCheck.objects.exists())
    @rule(pick=picks, has_held=st.booleans())
    def say_whether_it_held(self, pick: int, has_held: bool) -> None:
        checks = list(HoldCheck.objects.select_related("thread__asker").order_by("pk"))
        check = checks[pick % len(checks)]
        self._attempt(
            lambda: answer_hold_check(
                actor=check.thread.asker.actor,
                thread_id=check.thread_id,
                check_id=check.pk,
                has_held=has_held,
                now=self.now,
            )
        )

    @rule(minutes=st.sampled_from([1, 14, 15, 60, 24 * 60, 30 * 24 * 60]))
    def let_time_pass(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        ask_due_hold_checks(now=self.now)

    # What must hold

    @invariant()
    def evidence_is_what_tries_say_now(self) -> None:
        fixed = set(Try.objects.filter(outcome=TryOutcome.FIXED).values_list("pk", flat=True))
        assert set(VerifiedFix.objects.values_list("try_id", flat=True)) == fixed
        for fix in VerifiedFix.objects.all():
            assert fix.asset_id == Try.objects.get(pk=fix.try_id).asset_id

    @invariant()
    def a_solved_thread_was_fixed_by_a_try_on_its_own_machine(self) -> None:
        for thread in Thread.objects.filter(status__in=SOLVED_STATUSES):
            assert Try.objects.filter(
                thread=thread, moves_thread=True, outcome=TryOutcome.FIXED, asset_id=thread.asset_id
            ).exists()

    @invariant()
    def one_try_moves_a_thread_and_each_person_has_one(self) -> None:
        running = Try.objects.filter(outcome="")
        for fields in (["thread"], ["thread", "person"]):
            rows = running.filter(moves_thread=True) if len(fields) == 1 else running
            assert not rows.values(*fields).annotate(count=Count("pk")).filter(count__gt=1).exists()

    @invariant()
    def only_an_asked_thread_asks(self) -> None:
        asking = set(AskRound.objects.filter(status="open").values_list("thread_id", flat=True))
        assert set(Thread.objects.filter(pk__in=asking).values_list("status", flat=True)) <= {"asked"}

    @invariant()
    def an_open_thread_has_an_owner_and_is_not_closed_with_a_link(self) -> None:
        for thread in Thread.objects.filter(status__in=OPEN_STATUSES):
            assert thread.next_owner_id is not None
            assert (thread.fixed_at, thread.deflected_at) == (None, None)

    @invariant()
    def only_a_fix_that_stands_is_asked_about(self) -> None:
        for check in HoldCheck.objects.filter(has_held=None).select_related("thread"):
            assert check.thread.status in SOLVED_STATUSES
            assert check.fixed_at == check.thread.fixed_at

    @invariant()
    def what_held_was_not_visited_again(self) -> None:
        for visit in Thread.objects.filter(repeat_of__status=ThreadStatus.HELD).select_related("repeat_of"):
            assert visit.repeat_of is not None
            assert visit.repeat_of.fixed_at is not None
            assert visit.created_at < visit.repeat_of.fixed_at, "it was fixed and held anew since"

    def _attempt(self, step: Callable[[], object]) -> None:
        with contextlib.suppress(IllegalMove, InvalidInput, NotFound, ThreadClosed):
            step()

    @staticmethod
    def _thread(pick: int) -> Thread:
        threads = list(Thread.objects.select_related("asker").order_by("pk"))
        return threads[pick % len(threads)]


def play(*, stories: int, steps: int) -> None:
    # No shrinking: each story plays for a second, and the first one found is short enough to read.
    run(
        Threads,
        settings=settings(
            max_examples=stories,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.reuse, Phase.generate],
        ),
    )


@pytest.mark.django_db
class TestThreads:
    def test_keep_their_promises_in_any_order(self) -> None:
        play(stories=6, steps=25)

    @pytest.mark.slow
    @pytest.mark.timeout(900)
    def test_keep_their_promises_for_long(self) -> None:
        play(stories=120, steps=40)
