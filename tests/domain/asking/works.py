"""
A works where asks, claims and answers come in any order: its people, their hours as plain data, and what reached them.

The steps are the product's own operations over PostgreSQL, with the time passed in; its events go to their real
handlers, and so to real inboxes and deliveries. What is right is worked out a second time here.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import count
from random import Random
from unittest.mock import patch
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize

from api_schema import ids
from api_schema.events import PushCancelled, PushRequested, WaveDue
from api_schema.ids import uuid7
from api_schema.push_payloads import PushKind
from backend.domain.accounts.models import Person, Site
from backend.domain.accounts.operations import add_person, add_site, create_organisation
from backend.domain.actor import Role
from backend.domain.asking.models import Ask, AskStatus, Availability, DutyTurn, RoundStatus, Skill
from backend.domain.asking.referring import UnableToRefer
from backend.domain.equipment.models import Asset
from backend.domain.equipment.operations import add_asset, add_asset_model
from backend.domain.errors import IllegalMove, NotFound
from backend.domain.threads.models import Thread
from backend.domain.threads.states import OPEN_STATUSES, ThreadStatus
from backend.domain.threads.suggestions import ThreadClosed
from backend.domain.threads.waiting import fire_due_waves, look_after_due_threads
from backend.outbox.handle import handle_event
from backend.outbox.models import OutboxEvent
from notifications import service as notifications
from notifications.models import Delivery, Device

# A week's beginning, and the evening before Europe's clocks go forward.
STARTS = (datetime(2026, 11, 23, 9, 0, tzinfo=UTC), datetime(2027, 3, 27, 21, 0, tzinfo=UTC))
PER_SHIFT, PER_WEEK = 2, 4
ON_DUTY_FOR = timedelta(days=3)
DAYS = (time(8), time(17))
NIGHTS = (time(22), time(6))
_RELAYED = (PushRequested.NAME, PushCancelled.NAME, WaveDue.NAME)
_COST_BUDGET = frozenset({PushKind.ASK, PushKind.DUTY})


@dataclass(frozen=True)
class Hours:
    """In their own time zone. `last_day`: of the week, 5 is Friday."""

    name: str
    zone: str
    shift: tuple[time, time] = DAYS
    quiet: tuple[time, time] | None = None
    last_day: int = 5

    def shift_began_at(self, at: datetime) -> datetime | None:
        local = at.astimezone(ZoneInfo(self.zone))
        for days_ago in (0, 1):
            day = local.date() - timedelta(days=days_ago)
            starts, ends = self.shift
            began = datetime.combine(day, starts, local.tzinfo)
            ended = datetime.combine(day + timedelta(days=int(ends < starts)), ends, local.tzinfo)
            if day.isoweekday() <= self.last_day and began <= at < ended:
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
    Hours("Eve Evening", "Europe/London", shift=NIGHTS, last_day=7),
    Hours("Nia NewYork", "America/New_York"),
    Hours("Syd Sydney", "Australia/Sydney", last_day=7),
    Hours("Sue Supervisor", "Europe/London"),
]
HOURS = {hours.name: hours for hours in CAST}
DUTY = "Cal Chiller"
KNOW_CHILLERS = {"Bob Boiler", "Cal Chiller", "Eve Evening", "Nia NewYork"}


@dataclass(frozen=True)
class Push:
    """One that is to reach a phone: they are asked, or it is theirs."""

    kind: PushKind
    thread_id: UUID
    recipient: str
    at: datetime
    is_safety: bool


class _CountedTime:
    """A clock for ids alone: a millisecond later each time."""

    def __init__(self) -> None:
        self._now_ms = count(int(STARTS[0].timestamp() * 1000))

    def time_ns(self) -> int:
        return next(self._now_ms) * 1_000_000


class _NoSecrets:
    def __init__(self) -> None:
        self.randbits = Random(0).getrandbits


class Works(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        # Ids decide between two who are alike: a story must have the same ones whenever it is told.
        self.ids = patch.multiple(ids, time=_CountedTime(), secrets=_NoSecrets())
        self.ids.start()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.pushes: list[Push] = []
        self.seen_events = 0
        self.left: dict[
            UUID, tuple[UUID | None, datetime | None]
        ] = {}  # what those who were removed owned, and till when

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)
        self.ids.stop()

    @initialize(start=st.sampled_from(STARTS))
    def open_the_organisation(self, start: datetime) -> None:
        self.start = self.now = start
        organisation = create_organisation(
            name=f"Works {uuid7()}", asks_per_shift=PER_SHIFT, asks_per_week=PER_WEEK, now=self.now
        )
        site = add_site(organisation_id=organisation.pk, name="Leeds", time_zone="Europe/London")
        self.people = {hours.name: _join(hours, site) for hours in CAST}
        self.names = {person.pk: name for name, person in self.people.items()}
        for name in self.people:
            self.give_phone(name)
        model = add_asset_model(organisation=organisation, make="Acme", name="KX-240", family="chiller")
        self.assets: list[Asset] = [
            add_asset(asset_model=model, site=site, tag=tag, serial_number=tag) for tag in ("CH-1", "CH-2")
        ]
        DutyTurn.objects.create(
            organisation=organisation, person=self.people[DUTY], starts_at=start, ends_at=start + ON_DUTY_FOR
        )

    def give_phone(self, name: str) -> None:
        person = self.people[name]
        notifications.register_device(
            organisation_id=person.organisation_id,
            person_id=person.pk,
            session_id=f"session {person.pk}",
            kind="fid",
            value=f"phone {person.pk}",
            platform="android",
            now=self.now,
        )

    def with_phone(self) -> set[str]:
        """Return who works here and has one."""
        owners = set(Device.objects.values_list("person_id", flat=True))
        return {name for name, person in self.people.items() if person.is_active and person.pk in owners}

    def tick(self) -> None:
        """Let a moment pass: nothing follows at the very moment of what it follows from."""
        self.now += timedelta(seconds=1)

    def beat(self) -> None:
        fire_due_waves(now=self.now, reachable=notifications.reachable)
        self.relay()
        look_after_due_threads(now=self.now)
        self.relay()
        open_ = Thread.objects.filter(status__in=OPEN_STATUSES)
        assert not open_.filter(next_due_at__lte=self.now).exists(), "a thread lies past its due time"

    def attempt(self, step: Callable[[], object]) -> None:
        """Take the step, which may be refused for where things stand: that changes nothing."""
        self.tick()
        with contextlib.suppress(IllegalMove, ThreadClosed, UnableToRefer, NotFound), transaction.atomic():
            step()
        self.relay()

    def relay(self) -> None:
        """Give what was told in this step to its handlers, and what they tell."""
        while (event := self._next_event()) is not None:
            self.seen_events = event.pk
            is_push = event.name == PushRequested.NAME and event.payload["kind"] in _COST_BUDGET
            if is_push and not event.payload["is_silent"]:
                self._note_push(event.payload)
            handle_event(event_id=event.pk, now=self.now)
            if is_push:
                self._check_deliveries(event.payload)

    def _next_event(self) -> OutboxEvent | None:
        return OutboxEvent.objects.filter(pk__gt=self.seen_events, name__in=_RELAYED).order_by("pk").first()

    def _note_push(self, payload: dict[str, str]) -> None:
        """Take up who is to be told by a push; it is about a thread that still asks, and reaches them."""
        thread_id, recipient = UUID(payload["subject_id"]), self.names[UUID(payload["recipient_id"])]
        kind = PushKind(payload["kind"])
        assert Thread.objects.get(pk=thread_id).status == ThreadStatus.ASKED, "a push after the answer"
        assert self.people[recipient].is_active, "a push to somebody who was removed"
        phones = self.with_phone()
        assert recipient in phones or not phones, "a push that no phone gets takes a place"
        self.pushes.append(Push(kind, thread_id, recipient, self.now, payload["urgency"] == "safety"))

    def _check_deliveries(self, payload: dict[str, str]) -> None:
        deliveries = Delivery.objects.filter(
            item__dedupe_key=payload["dedupe_key"], item__recipient_id=payload["recipient_id"]
        )
        assert not (payload["is_silent"] and deliveries.exists())
        assert not deliveries.exclude(available_at=self.now).exists(), "who is asked now is not told later"

    def live_asks(self) -> list[Ask]:
        live = Ask.objects.filter(status__in=[AskStatus.ASKED, AskStatus.CLAIMED], round__status=RoundStatus.OPEN)
        # By name: the ids of one wave may be of one millisecond, and a story must be the same whenever it is told.
        return list(live.filter(person__is_active=True).select_related("person").order_by("asked_at", "person__name"))

    @staticmethod
    def pick_thread(pick: int) -> Thread:
        threads = list(Thread.objects.order_by("created_at", "id"))
        return threads[pick % len(threads)]


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
        shifts=[{"day": day, **shift} for day in range(hours.last_day)],
        quiet_starts=quiet[0],
        quiet_ends=quiet[1],
    )
    if name in KNOW_CHILLERS:
        Skill.objects.create(organisation=person.organisation, person=person, family="chiller")
    return person
