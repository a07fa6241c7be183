"""
Asks, claims, answers, tries, cancellations and clock jumps in any order: what must hold after every step.

The rules drive the product's own operations over PostgreSQL, with the time passed in. What is right is worked out a
second time here, from the pushes that were asked for and from the cast's hours as plain data.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person, Site
from backend.domain.accounts.operations import add_person, add_site, create_organisation
from backend.domain.actor import Role
from backend.domain.asking.models import (
    DECLINED,
    Ask,
    AskRound,
    AskStatus,
    Availability,
    DutyTurn,
    RoundStatus,
    Skill,
    Wave,
    WaveStatus,
)
from backend.domain.equipment.models import Asset
from backend.domain.equipment.operations import add_asset, add_asset_model
from backend.domain.errors import IllegalMove
from backend.domain.threads.models import Suggestion, Thread, Try
from backend.domain.threads.operations import Question, ask, move_thread
from backend.domain.threads.responding import AskResponse, respond
from backend.domain.threads.states import OPEN_STATUSES, ThreadStatus, TryOutcome, Urgency
from backend.domain.threads.suggestions import Proposal, ThreadClosed, suggest
from backend.domain.threads.tries import Outcome, record_outcome, start_try
from backend.domain.threads.waiting import fire_due_waves, look_after_due_threads
from backend.outbox.models import OutboxEvent

MONDAY = datetime(2026, 3, 23, 9, 0, tzinfo=UTC)  # Europe's clocks go forward on the Sunday after
PER_SHIFT, PER_WEEK = 2, 4
DAYS = (time(8), time(17))
NIGHTS = (time(22), time(6))


@dataclass(frozen=True)
class Hours:
    """Monday to Friday, in their own time zone."""

    name: str
    zone: str
    shift: tuple[time, time] = DAYS
    quiet: tuple[time, time] | None = None

    def shift_began_at(self, at: datetime) -> datetime | None:
        local = at.astimezone(ZoneInfo(self.zone))
        for days_ago in (0, 1):
            day = local.date() - timedelta(days=days_ago)
            starts, ends = self.shift
            began = datetime.combine(day, starts, local.tzinfo)
            ended = datetime.combine(day + timedelta(days=int(ends < starts)), ends, local.tzinfo)
            if day.isoweekday() <= 5 and began <= at < ended:
                return began
        return None

    def is_quiet(self, at: datetime) -> bool:
        local = at.astimezone(ZoneInfo(self.zone)).time()
        return self.quiet is not None and self.quiet[0] <= local < self.quiet[1]


CAST = [
    Hours("Ann Asker", "Europe/London"),
    Hours("Bob Boiler", "Europe/London"),
    Hours("Cal Chiller", "Europe/London"),
    Hours("Dot Drive", "Europe/London", quiet=(time(12), time(13))),
    Hours("Eve Evening", "Europe/London", shift=NIGHTS),
    Hours("Nia NewYork", "America/New_York"),
    Hours("Syd Sydney", "Australia/Sydney"),
    Hours("Sue Supervisor", "Europe/London"),
]
HOURS = {hours.name: hours for hours in CAST}
DUTY = "Cal Chiller"


@dataclass(frozen=True)
class Push:
    """One ask that is to reach a phone."""

    thread_id: UUID
    recipient: str
    at: datetime
    is_safety: bool


class Asking(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.now = MONDAY
        self.pushes: list[Push] = []
        self.seen_events = 0

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    @initialize()
    def open_the_organisation(self) -> None:
        organisation = create_organisation(
            name=f"Works {uuid7()}", asks_per_shift=PER_SHIFT, asks_per_week=PER_WEEK, now=self.now
        )
        site = add_site(organisation_id=organisation.pk, name="Leeds", time_zone="Europe/London")
        self.people = {hours.name: self._join(hours, site) for hours in CAST}
        model = add_asset_model(organisation=organisation, make="Acme", name="KX-240", family="chiller")
        self.assets: list[Asset] = [
            add_asset(asset_model=model, site=site, tag=tag, serial_number=tag) for tag in ("CH-1", "CH-2")
        ]
        DutyTurn.objects.create(
            organisation=organisation,
            person=self.people[DUTY],
            starts_at=self.now,
            ends_at=self.now + timedelta(days=3),
        )

    @staticmethod
    def _join(hours: Hours, site: Site) -> Person:
        name = hours.name
        person = add_person(
            site=site,
            email=f"{uuid7()}@works.example",
            name=name,
            job_title="Technician",
            role=Role.SUPERVISOR if name.startswith("Sue") else Role.TECHNICIAN,
            password="a flask of strong tea",
        )
        Person.objects.filter(pk=person.pk).update(time_zone=hours.zone)
        person.refresh_from_db()
        shift = {"starts": hours.shift[0].isoformat(), "ends": hours.shift[1].isoformat()}
        quiet = hours.quiet or (None, None)
        Availability.objects.create(
            organisation=person.organisation,
            person=person,
            shifts=[{"day": day, **shift} for day in range(5)],
            quiet_starts=quiet[0],
            quiet_ends=quiet[1],
        )
        if name in {"Bob Boiler", "Cal Chiller", "Nia NewYork"}:
            Skill.objects.create(organisation=person.organisation, person=person, family="chiller")
        return person

    # What people do

    @rule(asset=st.integers(0, 1), urgency=st.sampled_from(list(Urgency)))
    def ask(self, asset: int, urgency: Urgency) -> None:
        question = Question(asset_id=self.assets[asset].pk, title="It will not start", fault_code="E4", urgency=urgency)
        ask(actor=self.people["Ann Asker"].actor, thread_id=uuid7(), question=question, now=self.now)
        self._note_pushes()

    @rule(minutes=st.one_of(st.integers(1, 20), st.integers(60, 600), st.integers(1_440, 4_320)))
    def let_time_pass(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        self._beat()

    @rule(hours=st.integers(1, 72))
    def let_time_pass_while_everything_is_down(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def beat(self) -> None:
        self._beat()

    @precondition(lambda self: self._live_asks())
    @rule(pick=st.integers(0, 99), to=st.sampled_from([AskStatus.CLAIMED, *sorted(DECLINED)]))
    def respond(self, pick: int, to: AskStatus) -> None:
        asks = self._live_asks()
        ask_ = asks[pick % len(asks)]
        respond(actor=ask_.person.actor, ask_id=ask_.pk, response=AskResponse(to), now=self.now)
        self._note_pushes()

    @precondition(lambda self: Thread.objects.exists())
    @rule(pick=st.integers(0, 99), who=st.sampled_from(CAST[1:]))
    def answer(self, pick: int, who: Hours) -> None:
        thread = self._pick_thread(pick)
        self._attempt(
            lambda: suggest(
                actor=self.people[who.name].actor,
                suggestion_id=uuid7(),
                thread_id=thread.pk,
                proposal=Proposal(text="Clean the strainer."),
                now=self.now,
            )
        )

    @precondition(lambda self: Suggestion.objects.exists())
    @rule(pick=st.integers(0, 99))
    def start_a_try(self, pick: int) -> None:
        suggestions = list(Suggestion.objects.order_by("created_at", "id"))
        suggestion = suggestions[pick % len(suggestions)]
        actor = self.people["Ann Asker"].actor
        self._attempt(lambda: start_try(actor=actor, try_id=uuid7(), suggestion_id=suggestion.pk, now=self.now))

    @precondition(lambda self: Try.objects.filter(outcome="").exists())
    @rule(outcome=st.sampled_from(list(TryOutcome)))
    def say_how_a_try_went(self, outcome: TryOutcome) -> None:
        running = Try.objects.filter(outcome="").earliest("started_at", "id")
        actor = self.people["Ann Asker"].actor
        record_outcome(actor=actor, try_id=running.pk, outcome=Outcome(outcome), now=self.now)
        self._note_pushes()

    @precondition(lambda self: Thread.objects.exists())
    @rule(
        pick=st.integers(0, 99), to=st.sampled_from([ThreadStatus.PARKED, ThreadStatus.WITHDRAWN, ThreadStatus.ASKED])
    )
    def move(self, pick: int, to: ThreadStatus) -> None:
        thread = self._pick_thread(pick)
        actor = self.people["Ann Asker"].actor
        self._attempt(lambda: move_thread(actor=actor, thread_id=thread.pk, to=to, now=self.now))

    # What must hold

    @invariant()
    def every_open_thread_has_one_owner_and_is_due(self) -> None:
        for thread in Thread.objects.filter(status__in=OPEN_STATUSES).select_related("next_owner"):
            assert thread.next_owner is not None
            assert thread.next_owner.is_active
            assert thread.next_due_at is not None

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
    def nobody_is_asked_twice_on_a_thread(self) -> None:
        asked = list(Ask.objects.values_list("round__thread_id", "person_id"))
        assert len(asked) == len(set(asked))
        pushed = [(push.thread_id, push.recipient) for push in self.pushes]
        assert len(pushed) == len(set(pushed))

    @invariant()
    def nobody_is_pushed_outside_their_hours(self) -> None:
        for push in self.pushes:
            hours = HOURS[push.recipient]
            on_duty = push.recipient == DUTY and push.at < MONDAY + timedelta(days=3)
            assert on_duty or hours.shift_began_at(push.at) is not None, push
            assert not hours.is_quiet(push.at), push

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

    def _beat(self) -> None:
        fire_due_waves(now=self.now)
        look_after_due_threads(now=self.now)
        self._note_pushes()
        open_ = Thread.objects.filter(status__in=OPEN_STATUSES)
        assert not open_.filter(next_due_at__lte=self.now).exists(), "a thread lies past its due time"

    def _attempt(self, step: Callable[[], object]) -> None:
        """Take the step, which may be refused for where the thread stands: that changes nothing."""
        with contextlib.suppress(IllegalMove, ThreadClosed), transaction.atomic():
            step()
        self._note_pushes()

    def _note_pushes(self) -> None:
        """Take up the asks that were pushed in this step; each is about a thread that still asks."""
        events = list(OutboxEvent.objects.filter(pk__gt=self.seen_events).order_by("pk"))
        names = {str(person.pk): name for name, person in self.people.items()}
        for event in events:
            self.seen_events = event.pk
            kind, thread_id = event.payload.get("kind"), event.payload.get("subject_id")
            if event.name == "push.requested" and kind == "ask" and not event.payload["is_silent"]:
                assert Thread.objects.get(pk=thread_id).status == ThreadStatus.ASKED, "a push after the answer"
                is_safety = event.payload["urgency"] == "safety"
                self.pushes.append(Push(UUID(thread_id), names[event.payload["recipient_id"]], self.now, is_safety))

    def _live_asks(self) -> list[Ask]:
        live = Ask.objects.filter(status__in=[AskStatus.ASKED, AskStatus.CLAIMED], round__status=RoundStatus.OPEN)
        return list(live.select_related("person").order_by("asked_at", "id"))

    @staticmethod
    def _pick_thread(pick: int) -> Thread:
        threads = list(Thread.objects.order_by("created_at", "id"))
        return threads[pick % len(threads)]


def play(*, stories: int, steps: int) -> None:
    # No shrinking: it plays hundreds of stories for minutes, and the first one found is short enough to read.
    run_state_machine_as_test(
        Asking,
        settings=settings(
            max_examples=stories,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.reuse, Phase.generate],
        ),
    )


@pytest.mark.django_db
class TestAsking:
    def test_keeps_its_promises_in_any_order(self) -> None:
        play(stories=6, steps=20)

    @pytest.mark.slow
    @pytest.mark.timeout(900)
    def test_keeps_its_promises_for_long(self) -> None:
        play(stories=60, steps=50)
