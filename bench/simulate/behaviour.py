"""How a person reacts to being asked: pure functions of the world's draws, the same draws in every arm."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import exp

from bench.simulate.world import Fault, Human, World

_BUSY_HOURS = frozenset({7, 8, 16})


class Act(StrEnum):
    IGNORE = "ignore"
    ANSWER = "answer"
    CLAIM_AND_ANSWER = "claim_and_answer"
    CLAIM_ONLY = "claim_only"
    PASS = "pass"
    BUSY = "busy"
    NOT_MY_KIT = "not_my_kit"
    REFER = "refer"


@dataclass(frozen=True)
class Told:
    """How a person was told: of how many they see that they were asked, and how tired they are of pushes."""

    seconds: float  # since the month began
    visible_count: int
    by_name: bool
    is_silent: bool  # in the inbox only
    attention: float  # 0..1, factor on the chance to see a push; 0 when switched off
    knows: bool  # this fault, by trade or because they learnt it since


@dataclass(frozen=True)
class Reaction:
    sees_after_s: float
    act: Act
    takes_s: float = 0.0
    is_useful: bool = False


@dataclass(frozen=True)
class _Draws:
    """What chance decides about one person and one fault: the same in every arm and whatever is used of it."""

    sees: float
    sees_z: float
    answers: float
    kind: float
    takes_z: float
    useful: float
    films: float
    claims: float
    breaks: float

    @classmethod
    def of(cls, world: World, fault: Fault, human: Human) -> _Draws:
        draws = world.draws("reaction", fault.index, human.index)
        sees_z, takes_z = draws.gauss(0, 1), draws.gauss(0, 1)
        sees, answers, kind, useful, films, claims, breaks = (draws.random() for _ in range(7))
        return cls(sees, sees_z, answers, kind, takes_z, useful, films, claims, breaks)


def react(world: World, fault: Fault, human: Human, told: Told) -> Reaction | None:
    """Return what this person does about this fault; None when they never see that they were asked."""
    draws = _Draws.of(world, fault, human)
    after_s = _sees_after(world, human, told, draws)
    if after_s is None:
        return None
    if draws.answers < _answers_chance(world, fault, human, told):
        return _answer(world, human, told, draws, after_s)
    return Reaction(after_s, _decline(world, fault, human, told, draws.kind))


def _sees_after(world: World, human: Human, told: Told, draws: _Draws) -> float | None:
    given = world.parameters
    at = world.now(told.seconds)
    on_shift = world.is_at_work(human.index, at)
    place = 1.0 if on_shift else given.off_shift_sees
    if told.is_silent or told.attention == 0:
        return (
            given.inbox_median_s * exp(given.sees_spread * draws.sees_z)
            if draws.sees < given.inbox_share * place
            else None
        )
    busy = given.busy_hour_sees if _is_busy_hour(human, world, told.seconds) else 1.0
    if draws.sees >= given.sees_share * place * busy * told.attention:
        return None
    return given.sees_median_s * (1.0 if on_shift else given.off_shift_slower) * exp(given.sees_spread * draws.sees_z)


def _is_busy_hour(human: Human, world: World, seconds: float) -> bool:
    return human.hours.local(world.now(seconds)).hour in _BUSY_HOURS


def _answers_chance(world: World, fault: Fault, human: Human, told: Told) -> float:
    given = world.parameters
    if told.knows:
        alone = given.answers_when_known
    elif world.works_on(human, fault):
        alone = given.answers_when_of_the_trade
    else:
        alone = given.answers_otherwise
    exponent = given.diffusion_named if told.by_name else given.diffusion_group
    return float(alone * max(1, told.visible_count) ** -exponent)


def _answer(world: World, human: Human, told: Told, draws: _Draws, after_s: float) -> Reaction:
    given = world.parameters
    films = draws.films < given.films_share
    slower = given.busy_hour_slower if _is_busy_hour(human, world, told.seconds + after_s) else 1.0
    median_s = given.films_median_s if films else given.writes_median_s
    takes_s = median_s * slower * exp(given.answer_spread * draws.takes_z)
    act = Act.ANSWER
    if films and draws.claims < given.claims_share:
        act = Act.CLAIM_ONLY if draws.breaks < given.claim_broken_share else Act.CLAIM_AND_ANSWER
    useful_share = given.useful_when_known if told.knows else given.useful_when_guessed
    return Reaction(after_s, act, takes_s, draws.useful < useful_share)


def _decline(world: World, fault: Fault, human: Human, told: Told, kind: float) -> Act:
    """Return the button pressed by somebody who saw it and does not answer. A group message has none."""
    given = world.parameters
    if not told.by_name:
        return Act.IGNORE
    buttons = [(Act.BUSY, given.busy_share), (Act.REFER, given.refers_share), (Act.PASS, given.passes_share)]
    if not world.works_on(human, fault):
        buttons.insert(0, (Act.NOT_MY_KIT, given.not_my_kit_share))
    for act, share in buttons:
        if kind < share:
            return act
        kind -= share
    return Act.IGNORE
