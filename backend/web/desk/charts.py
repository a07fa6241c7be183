"""Figures as pictures: lines and bars as SVG, drawn by us, for no page takes a style from within a picture."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

WIDTH, HEIGHT = 640, 250
_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 36, 12, 38  # room for words that phones show larger
_SCALES = ((1, 5), (2, 4), (4, 4), (5, 5), (10, 5))  # where one may end, and how many parts are round
_MOST_LABELS = 7
_MOST_NAMES = 20  # of one or two letters


@dataclass(frozen=True)
class Tick:
    at: float  # in units of the picture
    label: str


@dataclass(frozen=True)
class Point:
    x: float
    y: float
    told: str  # what a pointer on it, and a reader, is told


@dataclass(frozen=True)
class Line:
    """`runs`: the points between two gaps, as SVG's `points`; `place`: 1, 2 …, for a colour and a dash of its own."""

    name: str | Promise
    place: int
    runs: list[str]
    points: list[Point]


@dataclass(frozen=True)
class LineChart:
    width: int
    height: int
    left: int
    right: int
    bottom: float
    lines: list[Line]
    y_ticks: list[Tick]
    x_ticks: list[Tick]

    @property
    def is_empty(self) -> bool:
        """Whether there is no point in it."""
        return not any(line.points for line in self.lines)


@dataclass(frozen=True)
class Bar:
    label: str
    value: float
    share: float  # 0..100 of the longest
    address: str = ""  # where it leads


def draw_lines(
    labels: Sequence[str],
    series: Sequence[tuple[str | Promise, Sequence[float | None]]],
    *,
    unit: str = "",
    least_top: float = 4,
    named: Mapping[int, str] | None = None,
) -> LineChart:
    """
    Return a picture of the series, one value for each label, up to `least_top` at least; None leaves a gap.

    `named`: what to write below which places; left out: the labels themselves, as many as there is room for.
    """
    highest = max((value for _, values in series for value in values if value is not None), default=0)
    top, parts = nice_scale(max(highest, least_top))
    xs = [_LEFT + (WIDTH - _LEFT - _RIGHT) * place / max(len(labels) - 1, 1) for place in range(len(labels))]

    def y_of(value: float) -> float:
        return round(HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * value / top, 1)

    below = list((named or dict(enumerate(labels))).items())[::-1]
    step = max(1, math.ceil(len(below) / (_MOST_NAMES if named else _MOST_LABELS)))
    return LineChart(
        width=WIDTH,
        height=HEIGHT,
        left=_LEFT,
        right=WIDTH - _RIGHT,
        bottom=HEIGHT - _BOTTOM,
        lines=[
            _line(
                place,
                name,
                [
                    (xs[i], y_of(v), f"{labels[i]}: {v:g} {unit}".strip()) if v is not None else None
                    for i, v in enumerate(values)
                ],
            )
            for place, (name, values) in enumerate(series, start=1)
        ],
        y_ticks=[Tick(y_of(top * part / parts), f"{top * part / parts:g}") for part in range(parts + 1)],
        x_ticks=[Tick(round(xs[i], 1), name) for i, name in below[::step]],
    )


def draw_bars(values: Sequence[tuple[str, float, str]]) -> list[Bar]:
    """Return a bar for each label, with where it leads, the longest filling the width."""
    longest = max((value for _, value, _ in values), default=0) or 1
    return [Bar(label, value, round(100 * value / longest, 1), address) for label, value, address in values]


def nice_scale(highest: float) -> tuple[float, int]:
    """Return where a scale ends, at `highest` or above, and into how many parts it is cut, so that ticks are round."""
    power = 10.0 ** math.floor(math.log10(highest))
    return next((step * power, parts) for step, parts in _SCALES if step * power >= highest * (1 - 1e-9))


def _line(place: int, name: str | Promise, places: Sequence[tuple[float, float, str] | None]) -> Line:
    runs: list[list[str]] = [[]]
    for one in places:
        if one is None:
            runs.append([])
        else:
            runs[-1].append(f"{one[0]:.1f},{one[1]:.1f}")
    points = [Point(round(one[0], 1), one[1], one[2]) for one in places if one]
    return Line(name, place, [" ".join(run) for run in runs if len(run) > 1], points)
