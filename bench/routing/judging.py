"""How good a way to rank people is, on rounds whose outcome is known. Pure: no database, no clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from statistics import mean
from typing import TypeVar

from bench.routing.kept import KeptAsk, KeptRound
from bench.simulate.measures import gini

_SHUFFLES = 25  # orders by chance are judged by their mean

Ranking = Callable[[KeptRound, Random], list[KeptAsk]]
T = TypeVar("T")


@dataclass(frozen=True)
class Judgement:
    """
    wave1_precision: of the places of wave 1, the share that went to people who helped, 0..1.
    answerer_mrr: mean of 1 / place of the first person who helped, 0..1.
    load_gini: how unequally the places of wave 1 fall on people, 0..1.
    """

    wave1_precision: float
    answerer_mrr: float
    load_gini: float


def by_weights(weights: Mapping[str, float]) -> Ranking:
    """Rank by the weighted features, as the product does; a feature without a weight counts nothing."""

    def rank(kept: KeptRound, draws: Random) -> list[KeptAsk]:
        return sorted(_shuffled(kept.asks, draws), key=lambda ask: -_score(ask, weights))

    return rank


def as_asked(kept: KeptRound, draws: Random) -> list[KeptAsk]:  # noqa: ARG001 - as every ranking
    """Rank in the order in which people were asked."""
    return sorted(kept.asks, key=lambda ask: (ask.wave_number, ask.rank))


def at_random(kept: KeptRound, draws: Random) -> list[KeptAsk]:
    """Rank by chance."""
    return _shuffled(kept.asks, draws)


def by_tag(kept: KeptRound, draws: Random) -> list[KeptAsk]:
    """Rank those who follow the tag (declare the skill) first, in no order among themselves."""
    return sorted(_shuffled(kept.asks, draws), key=lambda ask: ask.features.get("has_skill", 0.0) <= 0)


def judge(rounds: Sequence[KeptRound], ranking: Ranking, *, seed: int = 0) -> Judgement:
    """Judge a ranking on the telling ones of `rounds`; all zero when none tells."""
    telling = [kept for kept in rounds if kept.is_telling]
    if not telling:
        return Judgement(0.0, 0.0, 0.0)
    draws = Random(seed)
    orders = [(kept, ranking(kept, draws)) for _ in range(_SHUFFLES) for kept in telling]
    wave1 = [ask for kept, order in orders for ask in order[: kept.wave1_size]]
    people = {ask.person_id for kept in telling for ask in kept.asks}
    places = Counter(ask.person_id for ask in wave1)
    return Judgement(
        wave1_precision=mean(ask.helped for ask in wave1) if wave1 else 0.0,
        answerer_mrr=mean(1 / _place_of_help(order) for _, order in orders),
        load_gini=gini([places[person] for person in people]),
    )


def help_share(rounds: Sequence[KeptRound], *, of_explorations: bool) -> tuple[float, int]:
    """Return which share of pushed asks, explorations or the others, helped; and of how many."""
    asks = [ask for kept in rounds for ask in kept.asks if ask.is_pushed and ask.is_exploration is of_explorations]
    return (mean(ask.helped for ask in asks) if asks else 0.0), len(asks)


def halves(rounds: Sequence[T]) -> tuple[Sequence[T], Sequence[T]]:
    """Return the earlier and the later half: weights that were tuned on the one are judged on the other."""
    middle = len(rounds) // 2
    return rounds[:middle], rounds[middle:]


def _shuffled(asks: Sequence[KeptAsk], draws: Random) -> list[KeptAsk]:
    return draws.sample(asks, len(asks))


def _score(ask: KeptAsk, weights: Mapping[str, float]) -> float:
    return sum(weights.get(name, 0.0) * value for name, value in ask.features.items())


def _place_of_help(order: Sequence[KeptAsk]) -> int:
    return next(place for place, ask in enumerate(order, start=1) if ask.helped)
