"""What the page of insights shows: each figure as a picture, as a table, and as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from backend.domain.insights.stopping import Stop
from backend.domain.insights.trends import Load, Trends, Week, WeekFigures
from backend.web.desk.charts import Bar, LineChart, draw_bars, draw_lines

Cell = str | int | float | None
Words = str | Promise
_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Figure:
    """`name` is that of its file. A picture is lines or bars; a cell of None is withheld, or there is nothing."""

    name: str
    title: Words
    says: Words
    columns: Sequence[Words]
    rows: Sequence[Sequence[Cell]]
    lines: LineChart | None = None
    bars: list[Bar] | None = None
    empty: Words = ""  # said in place of bars that there are none of

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not self.bars if self.lines is None else self.lines.is_empty

    def as_csv(self) -> str:
        """Return the table as CSV (RFC 4180). What a spreadsheet would take for a formula is made plain."""
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(self.columns)
        writer.writerows([["" if cell is None else _plain(cell) for cell in row] for row in self.rows])
        return text.getvalue()


def figures_of(trends: Trends) -> list[Figure]:
    """Return every figure of these trends, in the order of the page."""
    weekly = [_weekly(trends.weeks, one) for one in _WEEKLY]
    return [*weekly, _unanswered(trends), _stopping(trends)]


def _of(value: Callable[[WeekFigures], Cell]) -> Callable[[Week], Cell]:
    return lambda week: value(week.figures) if week.figures else None


def _of_load(value: Callable[[Load], Cell]) -> Callable[[Week], Cell]:
    return lambda week: value(week.load) if week.load else None


def _in(unit: timedelta, span: timedelta | None) -> float | None:
    return None if span is None else round(span / unit, 1)


_Series = tuple[Words, Callable[[Week], Cell]]
_Weekly = tuple[str, Words, Words, str, Sequence[_Series]]  # name, title, what it says, unit, what is drawn
_WEEKLY: Sequence[_Weekly] = (
    (
        "first-answer",
        _("Time to the first answer, minutes"),
        _("From asking to the first suggestion, by the week of asking."),
        "min",
        (
            (_("half of them within"), _of(lambda one: _in(_MINUTE, one.median_first_response))),
            (_("nine of ten within"), _of(lambda one: _in(_MINUTE, one.p90_first_response))),
        ),
    ),
    (
        "useful-answer",
        _("Time to the first useful answer, minutes"),
        _("From asking to the first suggestion that somebody's try then showed to help, by the week of asking."),
        "min",
        (
            (_("half of them within"), _of(lambda one: _in(_MINUTE, one.median_first_useful))),
            (_("nine of ten within"), _of(lambda one: _in(_MINUTE, one.p90_first_useful))),
        ),
    ),
    (
        "verified-fix",
        _("Time to the verified fix, hours"),
        _("From asking until somebody's try had fixed it, by the week of asking."),
        "h",
        (
            (_("half of them within"), _of(lambda one: _in(_HOUR, one.median_time_to_fix))),
            (_("nine of ten within"), _of(lambda one: _in(_HOUR, one.p90_time_to_fix))),
        ),
    ),
    (
        "asked",
        _("Asked, answered, fixed"),
        _("Questions of each week, as they stand now."),
        "",
        (
            (_("asked"), _of(lambda one: one.asked_count)),
            (_("answered"), _of(lambda one: one.answered_count)),
            (_("fixed"), _of(lambda one: one.fixed_count)),
        ),
    ),
    (
        "held",
        _("Held, and came back"),
        _("Fixes that held for 30 days, and repeat visits, by the week of asking."),
        "",
        (
            (_("held"), _of(lambda one: one.held_count)),
            (_("repeat visits"), _of(lambda one: one.repeat_visits_count)),
        ),
    ),
    (
        "reuse",
        _("Known already"),
        _("Questions closed with what was known, and how often what others had solved was worked by."),
        "",
        (
            (_("deflections"), _of(lambda one: one.deflected_count)),
            (_("reuse"), lambda week: week.reused_count),
        ),
    ),
    (
        "load",
        _("How evenly asking is spread"),
        _("0: everybody who was asked was asked equally often. Towards 1: few bear most of it."),
        "",
        (
            (_("Gini coefficient"), _of_load(lambda load: round(load.gini, 2))),
            (_("share of the busiest fifth"), _of_load(lambda load: round(load.busiest_fifth_share, 2))),
        ),
    ),
)


def _weekly(weeks: Sequence[Week], weekly: _Weekly) -> Figure:
    name, title, says, unit, series = weekly
    rows: list[list[Cell]] = [[week.starts_on.isoformat(), *(value(week) for _name, value in series)] for week in weeks]
    drawn = [(named, [_number(value(week)) for week in weeks]) for named, value in series]
    labels = [date_format(week.starts_on, "j M") for week in weeks]
    columns = [_("week from"), *(named for named, _value in series)]
    return Figure(
        name,
        title,
        says,
        columns,
        rows,
        lines=draw_lines(labels, drawn, unit=unit, least_top=1 if name == "load" else 4),
    )


def _unanswered(trends: Trends) -> Figure:
    rows: list[list[Cell]] = [
        [one.make, one.model, one.code, one.asked_count, one.unanswered_count] for one in trends.unanswered
    ]
    bars = draw_bars(
        [(f"{one.make} {one.model} {one.code}".strip(), one.unanswered_count, "") for one in trends.unanswered]
    )
    return Figure(
        "unanswered",
        _("Nobody answered, by model and code"),
        _("Questions without any suggestion, most first."),
        [_("make"), _("model"), _("code"), _("asked"), _("unanswered")],
        rows,
        bars=bars,
        empty=_("Every question of a model and code that five people or more asked about was answered."),
    )


def _stopping(trends: Trends) -> Figure:
    rows: list[list[Cell]] = [
        [one.title, one.step_position, one.began_count, one.half_count, one.end_count, one.stopped_count]
        for one in trends.stops
    ]
    bars = draw_bars([(_step_of(one), one.stopped_count, _address_of(one)) for one in trends.stops])
    return Figure(
        "stopping",
        _("Where people stop watching how-tos"),
        _("Viewings that began a step's film and stopped before its last tenth, at least; most first."),
        [_("how-to"), _("step"), _("began"), _("half way"), _("to the end"), _("stopped")],
        rows,
        bars=bars,
        empty=_("No step's film was left early by five people or more, or nothing was played yet."),
    )


def _step_of(stop: Stop) -> str:
    return gettext("%(title)s, step %(step)d") % {"title": stop.title, "step": stop.step_position}


def _address_of(stop: Stop) -> str:
    return f"{reverse('web:howto-watching', args=[stop.howto_id])}?version={stop.version_number}"


def _number(cell: Cell) -> float | None:
    return None if cell is None else float(cell)


def _plain(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell
