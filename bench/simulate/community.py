"""People with phones: who was told what, what they do about it, and what is written down of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from dataclasses import dataclass, field
from typing import Any, Protocol

import simpy

from bench.simulate.behaviour import Act, Reaction, Told, react
from bench.simulate.world import Fault, Human, World

_A_DAY_S = 86400.0
_A_WEEK_S = 7 * _A_DAY_S
_CLAIMS_AFTER_S = 15.0  # from seeing the push to pressing a button

Steps = Generator[simpy.Event, Any, None]


class Asking(Protocol):
    """What an arm does about one ask of one person."""

    def is_wanted(self) -> bool:
        """Return whether the push is still on the phone."""

    def claim(self) -> None: ...

    def decline(self, act: Act) -> None: ...

    def answer(self, *, is_useful: bool) -> None: ...


@dataclass(frozen=True)
class Push:
    """One person told about one fault. `is_outside`: not at work, or (but for safety) in their quiet time."""

    seconds: float
    fault: int
    person: int
    is_outside: bool


@dataclass(frozen=True)
class Answer:
    seconds: float
    fault: int
    person: int
    is_useful: bool


@dataclass(frozen=True)
class Deed:
    """Somebody saw that they were asked, or pressed a button."""

    seconds: float
    fault: int
    person: int
    what: str


SEEN = "seen"


@dataclass
class Record:
    """What an arm did in the month."""

    pushes: list[Push] = field(default_factory=list)
    deeds: list[Deed] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)


class Community:
    """The people of one world under one arm. Their fatigue is the arm's own doing."""

    def __init__(self, world: World, env: simpy.Environment) -> None:
        self.world = world
        self.env = env
        self.record = Record()
        self._pushed: dict[int, deque[float]] = {human.index: deque() for human in world.people}
        self._muted_until: dict[int, float] = {}
        self._learnt: set[tuple[int, int, int, int]] = set()

    def tell(self, fault: Fault, person: int, asking: Asking, *, visible_count: int, by_name: bool) -> None:
        """Push to one person, and let them react in their own time."""
        human = self.world.people[person]
        at = self.world.now(self.env.now)
        is_outside = not self.world.may_be_pushed(person, at, is_safety=fault.urgency == "safety")
        self.record.pushes.append(Push(self.env.now, fault.index, person, is_outside))
        told = self._told(fault, human, visible_count, by_name=by_name, attention=self._attention(human))
        self._pushed[person].append(self.env.now)
        self._begin(fault, human, told, asking)

    def list_in_inbox(self, fault: Fault, person: int, asking: Asking, *, visible_count: int) -> None:
        """Tell one person without a push: they find it when they look."""
        human = self.world.people[person]
        told = self._told(fault, human, visible_count, by_name=False, attention=None)
        self._begin(fault, human, told, asking)

    def note_answer(self, fault: Fault, person: int, *, is_useful: bool) -> None:
        """Write an answer down. Whoever was helped knows this fault from now on."""
        self.record.answers.append(Answer(self.env.now, fault.index, person, is_useful))
        if is_useful:
            self._learnt.add((fault.asker, fault.machine.family, fault.machine.model, fault.code))

    def _told(self, fault: Fault, human: Human, visible_count: int, *, by_name: bool, attention: float | None) -> Told:
        return Told(
            seconds=self.env.now,
            visible_count=visible_count,
            by_name=by_name,
            is_silent=attention is None,
            attention=attention or 0.0,
            knows=self.knows(human, fault),
        )

    def knows(self, human: Human, fault: Fault) -> bool:
        """Return whether this person knows this fault by now."""
        learnt = (human.index, fault.machine.family, fault.machine.model, fault.code) in self._learnt
        return learnt or self.world.knows(human, fault.machine, fault.code)

    def _begin(self, fault: Fault, human: Human, told: Told, asking: Asking) -> None:
        reaction = react(self.world, fault, human, told)
        if reaction is not None and not (told.is_silent and reaction.act is not Act.ANSWER):
            self.env.process(self._react(fault, human, reaction, asking))

    def _react(self, fault: Fault, human: Human, reaction: Reaction, asking: Asking) -> Steps:
        yield self.env.timeout(reaction.sees_after_s)
        if not asking.is_wanted():
            return
        self._note(fault, human, SEEN)
        if reaction.act is Act.IGNORE:
            return
        if reaction.act is Act.ANSWER:
            yield from self._write(fault, human, reaction, asking)
            return
        yield self.env.timeout(_CLAIMS_AFTER_S)
        if not asking.is_wanted():
            return
        if reaction.act in {Act.CLAIM_AND_ANSWER, Act.CLAIM_ONLY}:
            self._note(fault, human, "claimed")
            asking.claim()
            if reaction.act is Act.CLAIM_AND_ANSWER:
                yield from self._write(fault, human, reaction, asking)
        else:
            self._note(fault, human, reaction.act)
            asking.decline(reaction.act)

    def _write(self, fault: Fault, human: Human, reaction: Reaction, asking: Asking) -> Steps:
        yield self.env.timeout(reaction.takes_s)
        finishes = self.world.draws("finishes", fault.index, human.index).random()
        if asking.is_wanted() or finishes < self.world.parameters.finishes_share:
            asking.answer(is_useful=reaction.is_useful)

    def _note(self, fault: Fault, human: Human, what: str) -> None:
        self.record.deeds.append(Deed(self.env.now, fault.index, human.index, what))

    def _attention(self, human: Human) -> float:
        """Return the factor on this person's chance to see a push now: the more they had, the less they look."""
        given, now = self.world.parameters, self.env.now
        pushed = self._pushed[human.index]
        while pushed and pushed[0] <= now - _A_WEEK_S:
            pushed.popleft()
        if self._muted_until.get(human.index, 0.0) > now:
            return 0.0
        if human.mutes and len(pushed) >= given.mutes_above_per_week:
            self._muted_until[human.index] = now + given.muted_days * _A_DAY_S
            return 0.0
        today = sum(at > now - _A_DAY_S for at in pushed)
        return max(given.tired_floor, given.tired_factor ** max(0, today - given.tired_above_per_day))
