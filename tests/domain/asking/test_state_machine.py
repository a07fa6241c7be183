"""
Asks, claims, answers, tries, cancellations, lost phones and clock jumps in any order: what must hold after every step.

The works, its people and how their hours are worked out a second time: `works.py`.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule, run_state_machine_as_test

from api_schema.ids import uuid7
from api_schema.push_payloads import PushKind
from backend.domain.accounts.models import Person
from backend.domain.asking.models import DECLINED, Ask, AskRound, AskStatus, RoundStatus, Wave, WaveStatus
from backend.domain.threads.models import Suggestion, Thread, ThreadMove, Try
from backend.domain.threads.operations import Question, ask, move_thread
from backend.domain.threads.responding import AskResponse, respond
from backend.domain.threads.states import OPEN_STATUSES, ThreadStatus, TryOutcome, Urgency
from backend.domain.threads.suggestions import Proposal, suggest
from backend.domain.threads.tries import Outcome, record_outcome, start_try
from notifications import service as notifications
from notifications.models import Delivery, Device
from notifications.states import UNSENT
from tests.domain.asking.works import CAST, DUTY, HOURS, ON_DUTY_FOR, PER_SHIFT, PER_WEEK, Hours, Works

_OVER_WITH_THE_ANSWER = (PushKind.ASK, PushKind.DUTY, PushKind.DUE, PushKind.CLAIMED)


class Asking(Works):
    # What people do

    @rule(asset=st.integers(0, 1), urgency=st.sampled_from(list(Urgency)))
    def ask(self, asset: int, urgency: Urgency) -> None:
        self.tick()
        question = Question(asset_id=self.assets[asset].pk, title="It will not start", fault_code="E4", urgency=urgency)
        ask(actor=self.people["Ann Asker"].actor, thread_id=uuid7(), question=question, now=self.now)
        self.relay()

    @rule(minutes=st.one_of(st.integers(1, 20), st.integers(60, 600), st.integers(1_440, 4_320)))
    def let_time_pass(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        self.beat()

    @rule(hours=st.integers(1, 72))
    def let_time_pass_while_everything_is_down(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @precondition(lambda self: self.live_asks())
    @rule(pick=st.integers(0, 99), to=st.sampled_from([AskStatus.CLAIMED, *sorted(DECLINED)]))
    def respond(self, pick: int, to: AskStatus) -> None:
        self.tick()
        self._respond(self.live_asks(), pick, AskResponse(to))
        self.relay()

    @precondition(lambda self: self.live_asks())
    @rule(pick=st.integers(0, 99), colleague=st.sampled_from(CAST))
    def refer_to(self, pick: int, colleague: Hours) -> None:
        response = AskResponse(AskStatus.REFERRED, self.people[colleague.name].pk)
        self.attempt(lambda: self._respond(self.live_asks(), pick, response))

    @precondition(lambda self: self._claims())
    @rule(pick=st.integers(0, 99), after=st.sampled_from([timedelta(minutes=1), timedelta(minutes=11)]))
    def claim_again(self, pick: int, after: timedelta) -> None:
        self.now += after
        claimed = self._respond(self._claims(), pick, AskResponse(AskStatus.CLAIMED))
        self.relay()
        assert claimed.claimed_until is not None
        assert claimed.claimed_until > self.now
        held = Wave.objects.filter(round_id=claimed.round_id, status=WaveStatus.WAITING)
        assert not held.filter(due_at__lt=claimed.claimed_until).exists()

    @precondition(lambda self: self.with_phone())
    @rule(pick=st.integers(0, 99))
    def lose_phone(self, pick: int) -> None:
        self.tick()
        names = sorted(self.with_phone())
        device = Device.objects.get(person_id=self.people[names[pick % len(names)]].pk)
        notifications.forget_session(session_id=device.session_id, now=self.now)
        self.relay()

    @rule(who=st.sampled_from(CAST))
    def get_phone(self, who: Hours) -> None:
        self.give_phone(who.name)

    @precondition(lambda self: sum(person.is_active for person in self.people.values()) > len(CAST) - 2)
    @rule(who=st.sampled_from(CAST[1:]))
    def remove(self, who: Hours) -> None:
        person = self.people[who.name]
        owned = Thread.objects.filter(next_owner=person, status__in=OPEN_STATUSES)
        self.left |= {thread.pk: (thread.next_owner_id, thread.next_due_at) for thread in owned}
        Person.objects.filter(pk=person.pk).update(is_active=False)
        person.is_active = False

    @precondition(lambda self: Thread.objects.exists())
    @rule(pick=st.integers(0, 99), who=st.sampled_from(CAST[1:]))
    def answer(self, pick: int, who: Hours) -> None:
        if not self.people[who.name].is_active:
            return  # signed out, and their replies are refused
        thread = self.pick_thread(pick)
        actor, proposal = self.people[who.name].actor, Proposal(text="Clean the strainer.")
        self.attempt(
            lambda: suggest(actor=actor, suggestion_id=uuid7(), thread_id=thread.pk, proposal=proposal, now=self.now)
        )

    @precondition(lambda self: Suggestion.objects.exists())
    @rule(pick=st.integers(0, 99))
    def start_a_try(self, pick: int) -> None:
        suggestions = list(Suggestion.objects.order_by("created_at", "id"))
        suggestion = suggestions[pick % len(suggestions)]
        actor = self.people["Ann Asker"].actor
        self.attempt(lambda: start_try(actor=actor, try_id=uuid7(), suggestion_id=suggestion.pk, now=self.now))

    @precondition(lambda self: Try.objects.filter(outcome="").exists())
    @rule(outcome=st.sampled_from(list(TryOutcome)))
    def say_how_a_try_went(self, outcome: TryOutcome) -> None:
        self.tick()
        running = Try.objects.filter(outcome="").earliest("started_at", "id")
        actor = self.people["Ann Asker"].actor
        record_outcome(actor=actor, try_id=running.pk, outcome=Outcome(outcome), now=self.now)
        self.relay()

    @precondition(lambda self: Thread.objects.exists())
    @rule(
        pick=st.integers(0, 99), to=st.sampled_from([ThreadStatus.PARKED, ThreadStatus.WITHDRAWN, ThreadStatus.ASKED])
    )
    def move(self, pick: int, to: ThreadStatus) -> None:
        thread = self.pick_thread(pick)
        actor = self.people["Ann Asker"].actor
        self.attempt(lambda: move_thread(actor=actor, thread_id=thread.pk, to=to, now=self.now))

    # What must hold

    @invariant()
    def every_open_thread_has_one_owner_and_is_due(self) -> None:
        for thread in Thread.objects.filter(status__in=OPEN_STATUSES).select_related("next_owner"):
            assert thread.next_owner is not None
            assert thread.next_due_at is not None
            is_left_behind = self.left.get(thread.pk) == (thread.next_owner_id, thread.next_due_at)
            assert thread.next_owner.is_active or is_left_behind, "somebody who was removed became the owner"

    @invariant()
    def an_asked_thread_still_asks_or_stands_on_the_gap_list(self) -> None:
        for thread in Thread.objects.filter(status=ThreadStatus.ASKED):
            latest = AskRound.objects.filter(thread_id=thread.pk).latest("opened_at", "id")
            assert latest.status in {RoundStatus.OPEN, RoundStatus.UNANSWERED}
            if latest.status == RoundStatus.OPEN:
                assert Wave.objects.filter(round=latest, status=WaveStatus.WAITING).exists()

    @invariant()
    def nobody_is_left_asked_when_the_asking_is_over(self) -> None:
        over = Ask.objects.filter(round__status__in=[RoundStatus.ANSWERED, RoundStatus.CLOSED])
        assert not over.filter(status__in=[AskStatus.ASKED, AskStatus.CLAIMED]).exists()

    @invariant()
    def nothing_is_left_to_be_sent_of_what_is_over(self) -> None:
        left = Delivery.objects.filter(state__in=list(UNSENT), item__kind__in=_OVER_WITH_THE_ANSWER)
        moves = ThreadMove.objects.exclude(to_status=ThreadStatus.ASKED).order_by("moved_at")
        over_at = dict(moves.values_list("thread_id", "moved_at"))
        for delivery in left.select_related("item"):
            over = over_at.get(delivery.item.subject_id)
            assert over is None or delivery.item.requested_at >= over, (delivery.item.kind, delivery.item.title)

    @invariant()
    def nobody_is_asked_twice_on_a_thread(self) -> None:
        asked = list(Ask.objects.values_list("round__thread_id", "person_id"))
        assert len(asked) == len(set(asked))
        pushed = [(push.thread_id, push.recipient) for push in self.pushes if push.kind is PushKind.ASK]
        assert len(pushed) == len(set(pushed))

    @invariant()
    def nobody_is_pushed_outside_their_hours(self) -> None:
        for push in self.pushes:
            hours = HOURS[push.recipient]
            on_duty = push.recipient == DUTY and push.at < self.start + ON_DUTY_FOR
            assert on_duty or hours.shift_began_at(push.at) is not None, push
            may_be_loud = push.is_safety and push.kind is PushKind.DUTY
            assert may_be_loud or not hours.is_quiet(push.at), push

    @invariant()
    def nobody_is_pushed_over_budget(self) -> None:
        for number, push in enumerate(self.pushes, start=1):
            if push.is_safety:
                continue
            before = [one.at for one in self.pushes[:number] if one.recipient == push.recipient]
            assert len([at for at in before if at > push.at - timedelta(days=7)]) <= PER_WEEK, push
            began = HOURS[push.recipient].shift_began_at(push.at)
            if began is not None:
                assert len([at for at in before if at >= began]) <= PER_SHIFT, push

    # Shorthands

    def _respond(self, asks: list[Ask], pick: int, response: AskResponse) -> Ask:
        ask_ = asks[pick % len(asks)]
        return respond(
            actor=ask_.person.actor,
            ask_id=ask_.pk,
            response=response,
            reachable=notifications.reachable,
            now=self.now,
        )

    def _claims(self) -> list[Ask]:
        return [one for one in self.live_asks() if one.status == AskStatus.CLAIMED]


def play(*, stories: int, steps: int) -> None:
    # No shrinking: it plays hundreds of stories for minutes, and the first one found is short enough to read.
    run_state_machine_as_test(
        Asking,
        settings=settings(
            max_examples=stories,
            stateful_step_count=steps,
            deadline=None,
            database=None,  # a story that was cut off by the test's limit is no failure to tell again
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        ),
    )


@pytest.mark.django_db
class TestAsking:
    def test_keeps_its_promises_in_any_order(self) -> None:
        play(stories=5, steps=20)

    @pytest.mark.slow
    @pytest.mark.timeout(1800)  # 164 s, and half an hour on a machine that is busy with other things
    def test_keeps_its_promises_for_long(self) -> None:
        play(stories=30, steps=50)
