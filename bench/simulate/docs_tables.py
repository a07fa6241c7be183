"""The tables of docs/asking.md, written by the run itself: so that no figure there is older than the text beside it."""

from __future__ import annotations

from pathlib import Path

from bench.simulate.arms import BROADCAST, WAVES, Month
from bench.simulate.report import arm_cells, change_cells
from bench.simulate.sensitivity import Row


def write_tables(month: Month, rows: list[Row], *, page: Path) -> None:
    """
    Put the tables of this run into `page`, between the marks that name them. Without `rows` that table stays.

    :raises ValueError: the page lacks a mark.
    """
    text = _between(page.read_text(), "month", month_table(month))
    if rows:
        text = _between(text, "changes", changes_table(rows))
    page.write_text(text)


def month_table(month: Month) -> str:
    """Return the arms of the month as a Markdown table."""
    given, asks = month.world.parameters, month.measures[WAVES].asks_count
    head = f"{asks} asks of {given.people} people in {given.days} days, seed {given.seed}"
    rows = [[name, *cells] for name, cells in arm_cells(month.measures).items()]
    return _table([head, *month.measures], rows)


def changes_table(rows: list[Row]) -> str:
    """Return the changed assumptions as a Markdown table."""
    head = [
        "changed",
        f"{WAVES}: in 10 min",
        "median",
        "pushes per answer",
        f"{BROADCAST}: in 10 min",
        "median",
        "pushes, ÷",
        "median, ÷",
    ]
    return _table(head, [[row.change, *change_cells(row)] for row in rows])


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _between(text: str, name: str, table: str) -> str:
    begin, end = f"<!-- simulated: {name} -->\n", f"\n<!-- end of {name} -->"
    before, found, rest = text.partition(begin)
    _, also_found, after = rest.partition(end)
    if not (found and also_found):
        raise ValueError(f"The page has no place for the table: {begin.strip()} … {end.strip()}")
    return f"{before}{begin}{table}{end}{after}"
