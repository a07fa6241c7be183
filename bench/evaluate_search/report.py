"""The figures of one run, with their intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import mean

from bench.evaluate_search.judging import Interval, hit_at_1, interval, mrr
from bench.figures import Figure

Places = dict[str, list[int]]  # by kind of question, in the order of the threads

OURS, OURS_DENSE, PEER = "Cuppa", "with meaning", "BM25"


def table(systems: dict[str, Places]) -> list[str]:
    """Return a line for each system."""
    return [
        "  ".join([f"{name:12}", *(f"{kind} {mrr(each):.3f} ({hit_at_1(each):.2f})" for kind, each in places.items())])
        for name, places in systems.items()
    ]


def figures(systems: dict[str, Places], moments: Sequence[bool]) -> list[Figure]:
    """`moments` says of each transcript hit whether it opens where it should."""
    ours, dense, peer = systems[OURS], systems.get(OURS_DENSE), systems[PEER]
    return [
        _beside("identifier_hit1", "hit@1", hit_at_1, ours["identifier"], peer["identifier"]),
        _beside("typed_mrr", "MRR@10", mrr, ours["typed"], peer["typed"]),
        _beside("spoken_mrr", "MRR@10", mrr, ours["spoken"], peer["spoken"]),
        *(
            _beside(f"{kind}_mrr_dense", "MRR@10", mrr, dense[kind], peer[kind])
            if dense
            else _not_measured(f"{kind}_mrr_dense")
            for kind in ("typed", "spoken")
        ),
        _moments(moments),
    ]


def _beside(
    name: str, unit: str, figure: Callable[[Sequence[int]], float], ours: Sequence[int], peer: Sequence[int]
) -> Figure:
    def lead(drawn: Sequence[int]) -> float:
        return figure([ours[index] for index in drawn]) - figure([peer[index] for index in drawn])

    alone = interval(len(ours), lambda drawn: figure([ours[index] for index in drawn]))
    spread = f"95 %: Cuppa {_told(alone)}, ahead by {_told(interval(len(ours), lead))}"
    mine, its = figure(ours), figure(peer)
    return Figure(name, unit, _cut(mine), _cut(its), _cut(mine / its) if its else None, spread)


def _moments(moments: Sequence[bool]) -> Figure:
    name, unit = "moment_within_5s", "of transcript hits"
    if not moments:
        return Figure(name, unit, None, None, None)
    around = interval(len(moments), lambda drawn: mean(moments[index] for index in drawn))
    spread = f"{len(moments)} transcript hits of typed and spoken questions; 95 %: {_told(around)}"
    return Figure(name, unit, _cut(mean(moments)), None, None, spread)


def _not_measured(name: str) -> Figure:
    return Figure(name, "no embedder is configured", None, None, None)


def _told(each: Interval) -> str:
    return f"{each[0]:.3f} to {each[1]:.3f}"


def _cut(value: float) -> float:
    return round(value, 4)
