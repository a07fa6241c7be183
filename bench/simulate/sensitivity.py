"""How the figures move when the world is another one than we think."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from bench.simulate.arms import run_month
from bench.simulate.measures import Measures
from bench.simulate.parameters import Parameters

_LONGEST_DAYS = 12  # a Monday to the Friday after next: some 196 asks of working hours; of fewer, chance says more
_LESS, _MORE = 0.7**0.5, 1.3**0.5  # on seeing and on answering: together 30 % less or more answers

Change = Callable[[Parameters], Parameters]

CHANGES: dict[str, Change] = {
    "as assumed": lambda given: given,
    "people respond 30 % less": lambda given: _responding(given, _LESS),
    "people respond 30 % more": lambda given: _responding(given, _MORE),
    "the router knows half as much": lambda given: replace(
        given,
        declared_share=given.declared_share / 2,
        fixes_per_person_before=given.fixes_per_person_before / 2,
    ),
    "a community of 60": lambda given: replace(given, people=min(given.people, 60)),
    "nobody tires of pushes": lambda given: replace(given, mutes_share=0.0, tired_factor=1.0),
    "crowds diffuse responsibility more": lambda given: replace(given, diffusion_group=0.42),
}


@dataclass(frozen=True)
class Row:
    change: str
    measures: dict[str, Measures]  # by arm


def run_changes(parameters: Parameters) -> list[Row]:
    """Run every change for a few days, on a database of its own: made to run in another process."""
    from bench.throw_away_backend import empty_backend  # noqa: PLC0415 - sets this process up

    shorter = replace(parameters, days=min(parameters.days, _LONGEST_DAYS))
    with empty_backend():
        return [_run(change, apply(shorter)) for change, apply in CHANGES.items()]


def _run(change: str, parameters: Parameters) -> Row:
    month = run_month(parameters, name=f"Sensitivity {change}", progress=lambda _line: None)
    return Row(change, month.measures)


def _responding(given: Parameters, factor: float) -> Parameters:
    return replace(
        given,
        sees_share=min(1.0, given.sees_share * factor),
        answers_when_known=min(1.0, given.answers_when_known * factor),
        answers_when_of_the_trade=min(1.0, given.answers_when_of_the_trade * factor),
    )
