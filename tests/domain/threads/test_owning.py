"""Every open thread has one owner and is due, after every step there is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from operator import methodcaller

import pytest
from django.db import IntegrityError, transaction

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person, Site
from backend.domain.actor import Role
from backend.domain.asking.models import DECLINED, Ask, AskStatus
from backend.domain.equipment.models import Asset
from backend.domain.threads.models import Suggestion, Thread, Try
from backend.domain.threads.operations import Question, ask, move_thread
from backend.domain.threads.states import OPEN_STATUSES, ThreadStatus, TryOutcome
from backend.domain.threads.suggestions import Proposal, suggest
from backend.domain.threads.tries import Outcome, record_outcome, start_try
from backend.domain.threads.waiting import fire_due_waves, look_after_due_threads
from tests import cast
from tests.domain.asking.peers import is_on_duty, knows, say


class Walk:
    """One thread, and every step that somebody or time can take with it."""

    def __init__(self, asker: Person, peer: Person, asset: Asset, now: datetime) -> None:
        self.asker, self.peer, self.asset, self.now = asker, peer, asset, now

    def ask(self) -> None:
        question = Question(asset_id=self.asset.pk, title="Chiller will not start", fault_code="E4")
        ask(actor=self.asker.actor, thread_id=uuid7(), question=question, now=self.now)

    def wait(self, **time: float) -> None:
        self.now += timedelta(**time)
        fire_due_waves(now=self.now)
        look_after_due_threads(now=self.now)

    def say(self, to: AskStatus) -> None:
        say(Ask.objects.filter(person=self.peer).latest("asked_at"), to, self.now)

    def answer(self) -> None:
        suggest(
            actor=self.peer.actor,
            suggestion_id=uuid7(),
            thread_id=Thread.objects.get().pk,
            proposal=Proposal(text="Clean the strainer."),
            now=self.now,
        )

    def start(self) -> None:
        suggestion = Suggestion.objects.latest("created_at")
        start_try(actor=self.asker.actor, try_id=uuid7(), suggestion_id=suggestion.pk, now=self.now)

    def end(self, outcome: TryOutcome) -> None:
        attempt = Try.objects.get(outcome="")
        record_outcome(actor=self.asker.actor, try_id=attempt.pk, outcome=Outcome(outcome), now=self.now)

    def move(self, to: ThreadStatus) -> None:
        move_thread(actor=self.asker.actor, thread_id=Thread.objects.get().pk, to=to, now=self.now)


Step = Callable[[Walk], object]
WAIT = methodcaller("wait", minutes=20)
LONG = methodcaller("wait", days=4)
FIRE = methodcaller("wait", seconds=1)
CLAIM = methodcaller("say", AskStatus.CLAIMED)
ANSWER = methodcaller("answer")
START = methodcaller("start")
NO = methodcaller("end", TryOutcome.NO)
FIXED = methodcaller("end", TryOutcome.FIXED)
PARK = methodcaller("move", ThreadStatus.PARKED)
AGAIN = methodcaller("move", ThreadStatus.ASKED)
WITHDRAW = methodcaller("move", ThreadStatus.WITHDRAWN)

WALKS: dict[str, list[Step]] = {
    "nobody answers": [FIRE, WAIT, WAIT, WAIT, WAIT, LONG, LONG, LONG],
    "claimed, and run out": [FIRE, CLAIM, WAIT, WAIT, LONG],
    "claimed, and answered": [FIRE, CLAIM, ANSWER, LONG, LONG, LONG],
    "fixed, reopened, withdrawn": [FIRE, ANSWER, START, LONG, FIXED, AGAIN, LONG, WITHDRAW],
    "tried in vain, asked again": [FIRE, ANSWER, START, NO, FIRE, LONG],
    "parked, answered": [FIRE, PARK, ANSWER, LONG],
    "parked, asked again": [FIRE, CLAIM, PARK, LONG, AGAIN, FIRE, LONG],
    "claimed from the gap list, answered": [FIRE, LONG, CLAIM, WAIT, ANSWER],
    **{to: [FIRE, methodcaller("say", to), WAIT, LONG] for to in sorted(DECLINED)},
    **{f"claimed, then {to}": [FIRE, CLAIM, methodcaller("say", to), LONG] for to in sorted(DECLINED)},
}


def check_owner(now: datetime) -> None:
    thread = Thread.objects.select_related("next_owner").get()
    if thread.status not in OPEN_STATUSES:
        assert (thread.next_owner, thread.next_due_at) == (None, None)
        return
    assert thread.next_owner is not None
    assert thread.next_owner.is_active
    assert thread.next_due_at is not None
    assert thread.next_due_at > now, "it lies past its due time, and nobody will look"


class TestEveryOpenThread:
    @pytest.mark.parametrize("with_experts", [False, True], ids=["alone", "with a duty expert and a supervisor"])
    @pytest.mark.parametrize("steps", WALKS.values(), ids=WALKS.keys())
    def test_has_one_owner_and_is_due(
        self,
        *,
        owner: Person,
        colleague: Person,
        asset: Asset,
        site: Site,
        now: datetime,
        steps: list[Step],
        with_experts: bool,
    ) -> None:
        knows(colleague, asset, at=now)
        if with_experts:
            is_on_duty(cast.new_person(site, "Dave Duty"), now=now)
            cast.new_person(site, "Sue Supervisor", Role.SUPERVISOR)
        walk = Walk(owner, colleague, asset, now)

        walk.ask()
        check_owner(walk.now)
        for step in steps:
            step(walk)
            check_owner(walk.now)

    @pytest.mark.parametrize("missing", ["next_owner_id", "next_due_at"])
    def test_is_demanded_by_the_database(self, thread: Thread, missing: str) -> None:
        with pytest.raises(IntegrityError, match="open_thread_has_one_owner_and_is_due"), transaction.atomic():
            Thread.objects.filter(pk=thread.pk).update(**{missing: None})
