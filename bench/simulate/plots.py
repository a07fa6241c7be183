"""The pictures of docs/asking.md: small SVG files, text as text, readable on dark and on light."""

from __future__ import annotations

from collections.abc import Callable
from operator import itemgetter
from pathlib import Path
from typing import Any

import matplotlib as mpl

from bench.simulate.arms import BROADCAST, FOLLOWERS, WAVES, Month
from bench.simulate.community import SEEN
from bench.simulate.measures import first_useful_times, pushes_of_people
from bench.simulate.one_ask import telling_ask

mpl.use("svg")

from matplotlib import pyplot as plt

_GREY = "#7d8590"  # readable on white and on near black
_COLOURS = {WAVES: "#2a9d8f", BROADCAST: "#e76f51", FOLLOWERS: "#8d7fe0"}
_STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "asking",
    "font.family": "sans-serif",
    "font.size": 10,
    "text.color": _GREY,
    "axes.labelcolor": _GREY,
    "axes.edgecolor": _GREY,
    "xtick.color": _GREY,
    "ytick.color": _GREY,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "figure.constrained_layout.use": True,
}
_HOUR_MIN = 60
_LABEL_HEIGHT = 6.0  # in % of the axis

Axes = Any  # matplotlib's own classes carry no types that mypy knows


def write_plots(month: Month, *, into: Path) -> list[Path]:
    """Write every picture and return their paths. The same month gives the same bytes."""
    into.mkdir(parents=True, exist_ok=True)
    pictures: dict[str, Callable[[Month, Axes], None]] = {
        "asking-answered": draw_answered,
        "asking-load": draw_load,
        "asking-ladder": draw_ladder,
    }
    return [_write(month, draw, into / f"{name}.svg") for name, draw in pictures.items()]


def _write(month: Month, draw: Callable[[Month, Axes], None], path: Path) -> Path:
    with mpl.rc_context(_STYLE):
        figure, axes = plt.subplots(figsize=(7, 3.6))
        draw(month, axes)
        figure.savefig(path, transparent=True, metadata={"Date": None})
        plt.close(figure)
    return path


def draw_answered(month: Month, axes: Axes) -> None:
    """Draw, by arm, which share of working-hours asks had a useful answer after how many minutes."""
    asked = [fault.index for fault in month.world.faults if month.world.is_working_hours(fault)]
    minutes, ends = range(_HOUR_MIN + 1), {}
    for arm, record in month.records.items():
        times = first_useful_times(month.world, record)
        shares = [100 * sum(times[index] <= minute * 60 for index in asked) / len(asked) for minute in minutes]
        axes.plot(minutes, shares, color=_COLOURS[arm], linewidth=2)
        ends[arm] = shares[-1]
    for arm, height in _apart(ends).items():
        axes.annotate(arm, (_HOUR_MIN, height), xytext=(4, -3), textcoords="offset points", color=_COLOURS[arm])
    axes.axvline(10, color=_GREY, linewidth=0.8, linestyle=":")
    axes.set(xlabel="minutes since the ask", ylabel="% with a useful answer", xlim=(0, _HOUR_MIN), ylim=(0, 100))


def _apart(heights: dict[str, float]) -> dict[str, float]:
    """Return heights of labels that do not cover each other, from the lowest up."""
    placed: dict[str, float] = {}
    for name, height in sorted(heights.items(), key=itemgetter(1)):
        placed[name] = max(height, max(placed.values(), default=-_LABEL_HEIGHT) + _LABEL_HEIGHT)
    return placed


def draw_load(month: Month, axes: Axes) -> None:
    """Draw, by arm, how many pushes a week each person got, the least pushed first."""
    weeks = month.world.parameters.days / 7
    for arm, record in month.records.items():
        counts = [count / weeks for count in sorted(pushes_of_people(month.world, record))]
        axes.plot(range(1, len(counts) + 1), counts, color=_COLOURS[arm], linewidth=2)
        axes.annotate(arm, (len(counts), counts[-1]), xytext=(4, -3), textcoords="offset points", color=_COLOURS[arm])
    people = len(month.world.people)
    axes.set(xlabel="people, the least pushed first", ylabel="pushes a week", yscale="symlog", xlim=(0, people))
    axes.set_yticks([0, 1, 3, 10, 30, 100], ["0", "1", "3", "10", "30", "100"])
    axes.set_ylim(0, None)


def draw_ladder(month: Month, axes: Axes) -> None:
    """Draw one ask: whom each wave told when, what they did, and what stopped it."""
    one = telling_ask(month)
    for row, push in enumerate(one.pushes):
        _draw_told(axes, row, one.minutes(push.seconds), one.left_at(push.person))
    for deed in one.deeds:
        text = "" if deed.what == SEEN else deed.what.replace("_", " ")
        _mark(axes, one.minutes(deed.seconds), one.row(deed.person), "o" if deed.what == SEEN else "x", text)
    _mark(axes, one.end, one.row(one.answer.person), "*", "answer: every push is withdrawn")
    axes.axvline(one.end, color=_COLOURS[BROADCAST], linewidth=1)
    rows = len(one.pushes)
    axes.set_yticks(range(rows), [f"person {number}" for number in range(1, rows + 1)])
    axes.set(xlabel="minutes since the ask (|: told, ●: seen)", xlim=(-0.3, one.end * 1.45), ylim=(rows - 0.4, -0.6))


def _draw_told(axes: Axes, row: int, told: float, left: float) -> None:
    axes.plot([told, left], [row, row], color=_COLOURS[WAVES], linewidth=1.5, alpha=0.5)
    axes.plot(told, row, "|", color=_COLOURS[WAVES], markersize=12, markeredgewidth=2.5)


def _mark(axes: Axes, x: float, y: float, marker: str, text: str) -> None:
    axes.plot(x, y, marker, color=_GREY, markersize=10 if marker == "*" else 5)
    axes.annotate(text, (x, y), xytext=(5, 5), textcoords="offset points", fontsize=9)
