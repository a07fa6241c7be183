"""The pictures of docs/asking.md: small SVG files, text as text, readable on dark and on light."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import matplotlib as mpl

from bench.simulate.arms import BROADCAST, FOLLOWERS, WAVES, Month
from bench.simulate.community import SEEN
from bench.simulate.measures import first_useful_times, pushes_of_people

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
_DEEDS = {SEEN: ("o", "seen"), "claimed": ("^", "“I'm on it”"), "pass": ("x", "passed"), "busy": ("x", "busy")}

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
    minutes = range(_HOUR_MIN + 1)
    for arm, record in month.records.items():
        times = first_useful_times(month.world, record)
        shares = [100 * sum(times[index] <= minute * 60 for index in asked) / len(asked) for minute in minutes]
        axes.plot(minutes, shares, color=_COLOURS[arm], linewidth=2)
        axes.annotate(arm, (minutes[-1], shares[-1]), xytext=(4, -3), textcoords="offset points", color=_COLOURS[arm])
    axes.axvline(10, color=_GREY, linewidth=0.8, linestyle=":")
    axes.set(xlabel="minutes since the ask", ylabel="% with a useful answer", xlim=(0, _HOUR_MIN), ylim=(0, 100))


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
    index, began = _telling_fault(month)
    record = month.records[WAVES]
    pushes = [push for push in record.pushes if push.fault == index]
    rows = {push.person: row for row, push in enumerate(pushes)}
    answer = next(answer for answer in record.answers if answer.fault == index)
    end = (answer.seconds - began) / 60
    for push in pushes:
        row, told = rows[push.person], (push.seconds - began) / 60
        axes.plot([told, end], [row, row], color=_COLOURS[WAVES], linewidth=1.5, alpha=0.5)
        axes.plot(told, row, "|", color=_COLOURS[WAVES], markersize=12, markeredgewidth=2.5)
    for deed in record.deeds:
        if deed.fault == index and deed.person in rows and deed.seconds <= answer.seconds:
            marker, text = _DEEDS.get(deed.what, ("x", deed.what.replace("_", " ")))
            _mark(axes, (deed.seconds - began) / 60, rows[deed.person], marker, "" if deed.what == SEEN else text)
    _mark(axes, end, rows.get(answer.person, len(rows)), "*", "answer: every push is withdrawn")
    axes.axvline(end, color=_COLOURS[BROADCAST], linewidth=1)
    axes.set_yticks(range(len(rows)), [f"person {number}" for number in range(1, len(rows) + 1)])
    axes.set(xlabel="minutes since the ask (|: told, ●: seen)", xlim=(-0.3, end * 1.45), ylim=(len(rows) - 0.4, -0.6))


def _mark(axes: Axes, x: float, y: float, marker: str, text: str) -> None:
    axes.plot(x, y, marker, color=_GREY, markersize=10 if marker == "*" else 5)
    axes.annotate(text, (x, y), xytext=(5, 5), textcoords="offset points", fontsize=9)


def _telling_fault(month: Month) -> tuple[int, float]:
    """Return an ask that shows most: two waves, people who pressed buttons, an answer within half an hour."""
    record = month.records[WAVES]
    best, most = None, -1
    for fault in month.world.faults:
        began = (fault.at - month.world.parameters.starts_at).total_seconds()
        answers = [answer for answer in record.answers if answer.fault == fault.index]
        if not answers or not answers[0].is_useful or answers[0].seconds > began + 1800:
            continue
        before = [deed for deed in record.deeds if deed.fault == fault.index and deed.seconds < answers[0].seconds]
        waves = {push.seconds for push in record.pushes if push.fault == fault.index}
        worth = len({deed.what for deed in before}) + 3 * min(2, len(waves))
        if worth > most:
            best, most = (fault.index, began), worth
    if best is None:
        raise ValueError("No ask of this month was answered within half an hour: simulate a longer one.")
    return best
