"""Waves and answers at the same moment, on real connections: never a push after an answer, nobody waits for ever."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from datetime import datetime
from functools import partial

import pytest
from django.db import connection, transaction

from api_schema.ids import uuid7
from backend.domain.accounts.models import Organisation, Person, Site
from backend.domain.asking.models import Ask, AskRound, AskStatus, Wave
from backend.domain.equipment.models import Asset
from backend.domain.errors import IllegalMove
from backend.domain.search.models import SubjectKind
from backend.domain.threads.deflecting import deflect
from backend.domain.threads.models import Suggestion, Thread, Try
from backend.domain.threads.operations import Question, ask
from backend.domain.threads.states import TryOutcome
from backend.domain.threads.suggestions import Proposal, ThreadClosed, suggest
from backend.domain.threads.tries import Outcome, record_outcome, start_try
from backend.domain.threads.waiting import fire_due_waves, fire_wave
from backend.outbox.models import OutboxEvent
from tests import cast
from tests.domain.asking.peers import knows, say

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 5
PATIENCE_S = 30


def at_once(*steps: Callable[[], object]) -> list[BaseException]:
    """Run the steps at the same moment, each on a connection of its own. Return what went wrong."""
    gate, failures = threading.Barrier(len(steps)), list[BaseException]()

    def run(step: Callable[[], object]) -> None:
        try:
            gate.wait()
            step()
        except BaseException as failure:  # noqa: BLE001 - handed to the test
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(step,)) for step in steps]
    for one in threads:
        one.start()
    for one in threads:
        one.join(PATIENCE_S)
        assert not one.is_alive(), "somebody waits for ever"
    return failures


@pytest.fixture
def peers(site: Site) -> list[Person]:
    return [cast.new_person(site, f"{name} Peer") for name in ("Ann", "Bob", "Cy")]


def new_thread(owner: Person, asset: Asset, now: datetime) -> Thread:
    question = Question(asset_id=asset.pk, title="Chiller will not start", fault_code="E4")
    return ask(actor=owner.actor, thread_id=uuid7(), question=question, now=now).thread


def answer(thread: Thread, person: Person, now: datetime) -> Suggestion:
    proposal = Proposal(text="Clean the strainer.")
    return suggest(actor=person.actor, suggestion_id=uuid7(), thread_id=thread.pk, proposal=proposal, now=now).row


def pushes_after_the_answer(thread: Thread) -> int:
    """Return how many asks for the thread were requested after its asking was cancelled, in the order of commit."""
    events = OutboxEvent.objects.filter(payload__subject_id=str(thread.pk), payload__kind="ask").order_by("pk")
    names = [event.name for event in events]
    settled = names.index("push.cancelled")
    return names[settled:].count("push.requested")


class TestAWaveThatFiresWhileAnAnswerCommits:
    def test_asks_before_the_answer_or_not_at_all(
        self, owner: Person, peers: list[Person], asset: Asset, organisation: Organisation, now: datetime
    ) -> None:
        Organisation.objects.filter(pk=organisation.pk).update(asks_per_shift=99, asks_per_week=99)
        for person in peers:
            knows(person, asset, at=now)
        for _ in range(ROUNDS):
            thread = new_thread(owner, asset, now)
            wave = Wave.objects.get(round__thread_id=thread.pk, number=1)

            failures = at_once(
                partial(answer, thread, peers[0], now),
                partial(fire_wave, organisation_id=wave.organisation_id, wave_id=wave.pk, now=now),
            )

            assert failures == []
            assert pushes_after_the_answer(thread) == 0
            assert not Ask.objects.filter(round__thread_id=thread.pk, status=AskStatus.ASKED).exists()

    def test_waits_for_an_answer_that_is_not_committed_yet(
        self, owner: Person, peers: list[Person], asset: Asset, now: datetime
    ) -> None:
        knows(peers[0], asset, at=now)
        thread = new_thread(owner, asset, now)
        wave = Wave.objects.get(round__thread_id=thread.pk, number=1)
        has_answered, fired = threading.Event(), list[list[Ask]]()

        def answer_slowly() -> None:
            with transaction.atomic():
                answer(thread, peers[0], now)
                has_answered.set()
                threading.Event().wait(0.3)  # the wave comes meanwhile

        def fire_meanwhile() -> None:
            has_answered.wait()
            fired.append(fire_wave(organisation_id=wave.organisation_id, wave_id=wave.pk, now=now))

        assert at_once(answer_slowly, fire_meanwhile) == []

        assert fired == [[]]
        assert OutboxEvent.objects.filter(name="push.requested", payload__kind="ask").count() == 0


class TestEverythingAtOnce:
    def test_fires_each_wave_once_and_takes_each_response_once(
        self, owner: Person, peers: list[Person], asset: Asset, now: datetime
    ) -> None:
        knows(peers[0], asset, at=now)
        knows(peers[1], asset, at=now)
        thread = new_thread(owner, asset, now)

        assert at_once(*[lambda: fire_due_waves(now=now)] * 4) == []
        asks = list(Ask.objects.filter(round__thread_id=thread.pk).select_related("person"))
        assert len(asks) == 2
        assert at_once(*[lambda: say(asks[0], AskStatus.CLAIMED, now)] * 3) == []

        assert OutboxEvent.objects.filter(name="push.requested", payload__kind="claimed").count() == 1
        assert Ask.objects.filter(round__thread_id=thread.pk).count() == 2

    def test_spends_the_last_of_a_budget_once(
        self, owner: Person, peers: list[Person], asset: Asset, organisation: Organisation, now: datetime
    ) -> None:
        Organisation.objects.filter(pk=organisation.pk).update(asks_per_shift=1)
        knows(peers[0], asset, at=now)
        waves = [Wave.objects.get(round__thread_id=new_thread(owner, asset, now).pk, number=1) for _ in range(4)]

        steps = [partial(fire_wave, organisation_id=wave.organisation_id, wave_id=wave.pk, now=now) for wave in waves]

        assert at_once(*steps) == []
        assert Ask.objects.filter(person=peers[0], is_silent=False).count() == 1


def outcome_of(step: Callable[[], object]) -> Callable[[], object]:
    """Return the step; that another was first is no failure."""

    def run() -> None:
        with contextlib.suppress(IllegalMove):
            step()

    return run


class TestTwoPeopleWhoStartToTryAtOnce:
    def test_on_the_same_machine_one_of_them_does(
        self, owner: Person, peers: list[Person], asset: Asset, now: datetime
    ) -> None:
        for _ in range(ROUNDS):
            suggestion = answer(new_thread(owner, asset, now), peers[0], now)
            starts = [
                partial(start_try, actor=one.actor, try_id=uuid7(), suggestion_id=suggestion.pk, now=now)
                for one in (owner, peers[1])
            ]

            assert at_once(*(outcome_of(start) for start in starts)) == []
            assert Try.objects.filter(suggestion=suggestion).count() == 1

    def test_of_a_fixed_thread_both_do(self, owner: Person, peers: list[Person], asset: Asset, now: datetime) -> None:
        thread = new_thread(owner, asset, now)
        suggestion = answer(thread, peers[0], now)
        first = start_try(actor=owner.actor, try_id=uuid7(), suggestion_id=suggestion.pk, now=now).row
        record_outcome(actor=owner.actor, try_id=first.pk, outcome=Outcome(TryOutcome.FIXED), now=now)

        failures = at_once(
            *(
                partial(start_try, actor=one.actor, try_id=uuid7(), suggestion_id=suggestion.pk, now=now)
                for one in peers[1:]
            )
        )

        thread.refresh_from_db()
        assert (failures, thread.status) == ([], "fixed")
        assert Try.objects.filter(suggestion=suggestion, moves_thread=False).count() == 2


class TestAnswerAndThisIsIt:
    def test_at_once_leave_no_asking_behind(
        self, owner: Person, peers: list[Person], asset: Asset, now: datetime
    ) -> None:
        solved = new_thread(owner, asset, now)
        attempt = start_try(
            actor=owner.actor, try_id=uuid7(), suggestion_id=answer(solved, peers[0], now).pk, now=now
        ).row
        record_outcome(actor=owner.actor, try_id=attempt.pk, outcome=Outcome(TryOutcome.FIXED), now=now)
        for _ in range(ROUNDS):
            thread = new_thread(owner, asset, now)
            deflection = partial(
                deflect,
                actor=owner.actor,
                thread_id=thread.pk,
                kind=SubjectKind.THREAD,
                subject_id=solved.pk,
                now=now,
            )

            def late_answer(thread: Thread = thread) -> None:
                with contextlib.suppress(ThreadClosed):
                    answer(thread, peers[1], now)

            assert at_once(deflection, late_answer) == []
            thread.refresh_from_db()
            assert thread.status == "duplicate"
            assert not AskRound.objects.filter(thread_id=thread.pk, status="open").exists()
