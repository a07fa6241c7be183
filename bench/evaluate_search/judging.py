"""How good answers are, and how far the figure can be trusted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from statistics import mean, quantiles

_RESAMPLES = 2_000
_SEED = 6
_FORTIETHS = 40  # the outer two leave 95 % between them

Interval = tuple[float, float]


def place_of(right: int, answer: Sequence[int]) -> int:
    """Return the place of the right thread, from 1; 0 when it is not among the answers."""
    return answer.index(right) + 1 if right in answer else 0


def reciprocal(place: int) -> float:
    return 1 / place if place else 0.0


def mrr(places: Sequence[int]) -> float:
    return mean(reciprocal(place) for place in places)


def hit_at_1(places: Sequence[int]) -> float:
    return mean(place == 1 for place in places)


def interval(count: int, figure: Callable[[Sequence[int]], float]) -> Interval:
    """
    Return what `figure` stays between in 95 % of draws of the questions, with replacement.

    This is the percentile bootstrap (Efron 1979), with the same draws every time. `figure` is told the drawn questions
    as indexes below `count`.
    """
    draws = Random(_SEED)
    questions = range(count)
    figures = [figure(draws.choices(questions, k=count)) for _ in range(_RESAMPLES)]
    cuts = quantiles(figures, n=_FORTIETHS)
    return cuts[0], cuts[-1]
