"""The month with Cuppa: the same people and faults, asked by the product's own operations on a real database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from math import exp
from typing import TypeGuard
from uuid import UUID

import simpy

from api_schema.events import Event, PushCancelled, PushRequested, WaveDue
from api_schema.push_payloads import PushKind
from backend.domain.asking.models import AskStatus
from backend.domain.threads.responding import AskResponse
from bench.simulate.behaviour import Act
from bench.simulate.community import Community, Record, Steps
from bench.simulate.product import Product
from bench.simulate.world import Fault, World

_ASKS = frozenset({PushKind.ASK, PushKind.DUTY})
_SWEEP_EVERY_S = 3600.0  # the beat looks after threads that lie every few minutes; hourly is enough for a month
_TRY_ENDS_SOON_S = 600.0
_STATUS = {Act.PASS: AskStatus.PASSED, Act.BUSY: AskStatus.BUSY, Act.NOT_MY_KIT: AskStatus.NOT_MY_KIT}

Progress = Callable[[str], None]


@dataclass
class Thread:
    """One ask of the month under the product."""

    id: UUID
    fault: Fault
    wanted: set[int] = field(default_factory=set)  # whose push stands on their phone
    answered: set[int] = field(default_factory=set)  # who may be told once more, as owner, and has nothing to add
    untried: list[tuple[UUID, bool]] = field(default_factory=list)  # suggestion, and whether it helps
    is_being_tried: bool = False


class Waves:
    """Runs one month under the product."""

    def __init__(self, world: World, product: Product, progress: Progress) -> None:
        self.world = world
        self.product = product
        self.env = simpy.Environment()
        self.community = Community(world, self.env)
        self.threads: dict[UUID, Thread] = {}
        self._waiting: set[UUID] = set()  # threads that are neither fixed nor given up
        self._stirred = self.env.event()
        self._progress = progress

    def run(self) -> Record:
        """Run until nobody waits any more, and return what happened."""
        end_s = self.world.parameters.days_s + self.world.parameters.patience_can_wait_hours * 3600
        self.env.process(self._month())
        self.env.process(self._beat())
        self.env.process(self._sweep())
        self.env.run(until=end_s)
        self.product.end()
        return self.community.record

    @property
    def now(self) -> datetime:
        return self.world.now(self.env.now)

    def hear(self) -> None:
        """Do what the product's outbox says, until it says nothing more; then let the beat look at the clock."""
        while events := self.product.drain_outbox():
            asked = Counter(event.subject_id for event in events if is_ask(event))
            for event in events:
                self._handle(event, asked)
        stirred, self._stirred = self._stirred, self.env.event()
        stirred.succeed()

    def answer(self, thread: Thread, person: int, *, is_useful: bool) -> None:
        """Send an answer, if the thread still takes one."""
        if person in thread.answered:
            return
        suggestion_id = self.product.suggest(person, thread.id, self.now)
        if suggestion_id is None:
            return
        thread.answered.add(person)
        self.community.note_answer(thread.fault, person, is_useful=is_useful)
        thread.untried.append((suggestion_id, is_useful))
        self.hear()
        if not thread.is_being_tried:
            thread.is_being_tried = True
            self.env.process(self._try_what_came(thread))

    def _handle(self, event: Event, asked: Counter[UUID]) -> None:
        if isinstance(event, WaveDue):
            self.product.fire_due_waves(self.now)
        elif isinstance(event, PushCancelled) and event.subject_id in self.threads:
            self.threads[event.subject_id].wanted.clear()
        elif is_ask(event):
            thread, person = self.threads[event.subject_id], self.product.staged.index_of[event.recipient_id]
            thread.wanted.add(person)
            # The domain asks whom it may push to now. Whoever is named for being responsible is told when they may be.
            push_at = self.product.push_at(event, self.now) if event.kind is PushKind.DUTY else self.now
            if push_at > self.now and not event.is_silent:
                self.env.process(self._tell_later(thread, event, push_at))
            else:
                self._tell(thread, event, asked[event.subject_id])

    def _tell_later(self, thread: Thread, event: PushRequested, push_at: datetime) -> Steps:
        yield self.env.timeout((push_at - self.now).total_seconds())
        if self.product.staged.index_of[event.recipient_id] in thread.wanted:
            self._tell(thread, event, visible_count=1)

    def _tell(self, thread: Thread, event: PushRequested, visible_count: int) -> None:
        person = self.product.staged.index_of[event.recipient_id]
        asking = _ProductAsking(self, thread, person)
        if event.is_silent:
            self.community.list_in_inbox(thread.fault, person, asking, visible_count=visible_count)
        else:
            self.community.tell(thread.fault, person, asking, visible_count=visible_count, by_name=True)

    def _month(self) -> Steps:
        day = -1
        for fault in self.world.faults:
            at = (fault.at - self.world.parameters.starts_at).total_seconds()
            yield self.env.timeout(at - self.env.now)
            if int(at // 86400) > day:
                day = int(at // 86400)
                self._progress(f"day {day + 1} of {self.world.parameters.days}")
            self._ask(fault)

    def _ask(self, fault: Fault) -> None:
        thread = Thread(self.product.ask(fault, self.now), fault)
        self.threads[thread.id] = thread
        self._waiting.add(thread.id)
        self.hear()
        self.env.process(self._lose_patience(thread))

    def _beat(self) -> Steps:
        """Fire waves when they are due: sleep until the next one, or until something changed."""
        while True:
            due_at = self.product.next_due_at()
            if due_at is None:
                yield self._stirred
            elif due_at > self.now:
                yield self._stirred | self.env.timeout((due_at - self.now).total_seconds())
            else:
                self.product.fire_due_waves(self.now)
                self.hear()

    def _sweep(self) -> Steps:
        while True:
            yield self.env.timeout(_SWEEP_EVERY_S)
            if not self._waiting:
                continue
            self.product.look_after_due_threads(self.now)
            self.hear()

    def _lose_patience(self, thread: Thread) -> Steps:
        yield self.env.timeout(self.world.patience(thread.fault).total_seconds())
        while thread.is_being_tried:
            yield self.env.timeout(_TRY_ENDS_SOON_S)
        if thread.id in self._waiting:
            self._waiting.discard(thread.id)
            self.product.give_up(thread.fault.asker, thread.id, self.now)
            self.hear()

    def _try_what_came(self, thread: Thread) -> Steps:
        """The asker tries what was suggested, oldest first, and says how it went."""
        given, draws = self.world.parameters, self.world.draws("tries", thread.fault.index)
        while thread.untried:
            yield self.env.timeout(given.notices_answer_median_s * exp(given.try_spread * draws.gauss(0, 1)))
            suggestion_id, is_useful = thread.untried.pop(0)
            try_id = self.product.start_try(thread.fault.asker, suggestion_id, self.now)
            if try_id is None:
                continue
            yield self.env.timeout(given.try_median_s * exp(given.try_spread * draws.gauss(0, 1)))
            self.product.record_outcome(thread.fault.asker, try_id, is_fixed=is_useful, now=self.now)
            self.hear()
            if is_useful:
                self._waiting.discard(thread.id)
                thread.untried.clear()
        thread.is_being_tried = False


@dataclass
class _ProductAsking:
    """One person asked by the product."""

    month: Waves
    thread: Thread
    person: int

    def is_wanted(self) -> bool:
        return self.person in self.thread.wanted

    def claim(self) -> None:
        self._respond(AskResponse(AskStatus.CLAIMED))

    def decline(self, act: Act) -> None:
        response = self._referral() if act is Act.REFER else AskResponse(_STATUS[act])
        if not self._respond(response) and act is Act.REFER:
            self._respond(AskResponse(AskStatus.REFERRED))  # "ask someone else", without a name
        self.thread.wanted.discard(self.person)

    def answer(self, *, is_useful: bool) -> None:
        self.month.answer(self.thread, self.person, is_useful=is_useful)
        self.thread.wanted.discard(self.person)

    def _respond(self, response: AskResponse) -> bool:
        taken = self.month.product.respond(self.person, self.thread.id, response, self.month.now)
        self.month.hear()
        return taken

    def _referral(self) -> AskResponse:
        """Return the referral to whom a colleague would name: one of those known to know this family."""
        world = self.month.world
        known = [one for one in world.champions(self.thread.fault.machine.family) if one != self.person]
        named = world.draws("refers", self.thread.fault.index, self.person).choice(known or [self.thread.fault.asker])
        return AskResponse(AskStatus.REFERRED, refer_to_id=self.month.product.staged.people[named].pk)


def is_ask(event: Event) -> TypeGuard[PushRequested]:
    """Return whether this event asks somebody about a thread."""
    return isinstance(event, PushRequested) and event.kind in _ASKS
