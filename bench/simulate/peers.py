"""The two ways of asking that Cuppa is measured beside: tell everybody at work, or everybody who follows the tag."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import simpy

from bench.simulate.behaviour import Act
from bench.simulate.community import Community, Record, Steps
from bench.simulate.world import Fault, Human, World

Audience = Callable[[World, Fault], list[Human]]


def everybody_on_shift(world: World, fault: Fault) -> list[Human]:
    """Return everybody at work but the asker: a broadcast."""
    return [human for human in world.people if human.index != fault.asker and world.is_at_work(human.index, fault.at)]


def followers_of_the_tag(world: World, fault: Fault) -> list[Human]:
    """Return everybody who follows the family of the machine, at work or not: a forum."""
    family = fault.machine.family
    return [human for human in world.people if human.index != fault.asker and family in human.declared]


@dataclass
class _Thread:
    """A group message. It stands until a useful answer is there: kinder than life, where a wrong one quiets a group."""

    has_useful_answer: bool = False


@dataclass
class _GroupAsking:
    community: Community
    fault: Fault
    person: int
    thread: _Thread

    def is_wanted(self) -> bool:
        return not self.thread.has_useful_answer

    def claim(self) -> None:
        """A group has no way to claim."""

    def decline(self, act: Act) -> None:
        """A group hears nothing of it."""

    def answer(self, *, is_useful: bool) -> None:
        self.community.note_answer(self.fault, self.person, is_useful=is_useful)
        self.thread.has_useful_answer = self.thread.has_useful_answer or is_useful


def run_group(world: World, audience: Audience) -> Record:
    """Run the month with every fault told to a group at once."""
    env = simpy.Environment()
    community = Community(world, env)
    env.process(_month(world, env, community, audience))
    env.run()
    return community.record


def _month(world: World, env: simpy.Environment, community: Community, audience: Audience) -> Steps:
    for fault in world.faults:
        at = (fault.at - world.parameters.starts_at).total_seconds()
        yield env.timeout(at - env.now)
        thread, told = _Thread(), audience(world, fault)
        for human in told:
            asking = _GroupAsking(community, fault, human.index, thread)
            community.tell(fault, human.index, asking, visible_count=len(told), by_name=False)
