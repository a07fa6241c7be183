"""What an arm achieved, each measure defined once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf
from statistics import median, quantiles

from bench.simulate.community import Answer, Record
from bench.simulate.world import Fault, World

_TEN_MINUTES_S = 600.0


@dataclass(frozen=True)
class Measures:
    """Times are seconds from the ask to the first answer that helped; shares are 0..1."""

    asks_count: int
    answered_share: float  # with a useful answer within the asker's patience
    median_s: float  # over the answered
    p90_s: float
    working_hours_median_s: float
    working_hours_p90_s: float
    in_10_min_share: float  # of asks made in working hours: with an answer by then, as Aardvark counts
    helped_in_10_min_share: float  # … with one by then that helped
    pushes_count: int
    pushes_per_answered: float
    outside_share: float  # of pushes that reached somebody not at work or in their quiet time
    gini: float  # of pushes over people: 0 all alike, 1 one person gets all

    @property
    def unanswered_share(self) -> float:
        return 1 - self.answered_share


def measure(world: World, record: Record) -> Measures:
    """Judge what one arm did in `world`."""
    times = first_useful_times(world, record)
    working = _of_working_hours(world, times)
    answered = _answered(times.values())
    return Measures(
        asks_count=len(world.faults),
        answered_share=_share(len(answered), len(world.faults)),
        median_s=_median(answered),
        p90_s=_p90(answered),
        working_hours_median_s=_median(_answered(working)),
        working_hours_p90_s=_p90(_answered(working)),
        in_10_min_share=_in_10_min(_of_working_hours(world, first_times(world, record))),
        helped_in_10_min_share=_in_10_min(working),
        pushes_count=len(record.pushes),
        pushes_per_answered=_share(len(record.pushes), len(answered)),
        outside_share=_share(sum(push.is_outside for push in record.pushes), len(record.pushes)),
        gini=gini(pushes_of_people(world, record)),
    )


def first_useful_times(world: World, record: Record) -> dict[int, float]:
    """Return by fault the seconds to the first useful answer; infinite when none came in time."""
    return _first_times(world, (answer for answer in record.answers if answer.is_useful))


def first_times(world: World, record: Record) -> dict[int, float]:
    """Return by fault the seconds to the first answer, useful or not; infinite when none came in time."""
    return _first_times(world, record.answers)


def _first_times(world: World, answers: Iterable[Answer]) -> dict[int, float]:
    times = dict.fromkeys(range(len(world.faults)), inf)
    for answer in answers:
        waited_s = _waited(world, world.faults[answer.fault], answer.seconds)
        times[answer.fault] = min(times[answer.fault], waited_s)
    return times


def _of_working_hours(world: World, times: dict[int, float]) -> list[float]:
    return [times[fault.index] for fault in world.faults if world.is_working_hours(fault)]


def _in_10_min(times: list[float]) -> float:
    return _share(sum(time <= _TEN_MINUTES_S for time in times), len(times))


def _waited(world: World, fault: Fault, seconds: float) -> float:
    waited = (world.now(seconds) - fault.at).total_seconds()
    return waited if waited <= world.patience(fault).total_seconds() else inf


def pushes_of_people(world: World, record: Record) -> list[int]:
    """Return how many pushes each person got, by index."""
    counts = [0] * len(world.people)
    for push in record.pushes:
        counts[push.person] += 1
    return counts


def gini(counts: list[int]) -> float:
    """Return the Gini coefficient, 0..1."""
    total = sum(counts)
    if not total:
        return 0.0
    ranked = sum(rank * count for rank, count in enumerate(sorted(counts), start=1))
    return 2 * ranked / (len(counts) * total) - (len(counts) + 1) / len(counts)


def _answered(times: Iterable[float]) -> list[float]:
    return [time for time in times if time < inf]


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0


def _median(times: list[float]) -> float:
    return median(times) if times else inf


def _p90(times: list[float]) -> float:
    return quantiles(times, n=10)[-1] if len(times) > 1 else inf
