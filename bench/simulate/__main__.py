"""
Simulate a month of asking, beside a broadcast and beside the followers of a tag; see docs/asking.md.

    python -m bench.simulate [--days 5] [--people 60] [--seed 5] [--only-month] [--plots]

Prints a table of the three arms and how it moves with the assumptions; the last line is `BENCH {json}`.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from bench.figures import print_table
from bench.simulate.arms import Month, run_month
from bench.simulate.docs_tables import write_tables
from bench.simulate.parameters import Parameters
from bench.simulate.report import broken_bars, figures, tell_changes, tell_month
from bench.simulate.sensitivity import Row, run_changes
from bench.throw_away_backend import empty_backend

_DOCS = Path(__file__).resolve().parents[2] / "docs"


def main() -> None:
    asked = _parser().parse_args()
    parameters = Parameters(days=asked.days, people=asked.people, seed=asked.seed)
    month, rows = _run(parameters, with_changes=not asked.only_month)
    _print(tell_month(month))
    if rows:
        _print(["", *tell_changes(rows)])
    if asked.plots:
        _write_docs(month, rows)
    _print(["", *(f"NOT KEPT: {sentence}" for sentence in broken_bars(month))])
    told = figures(month)
    print_table(told)
    print("BENCH " + json.dumps({each.name: each.told() for each in told}))


def _write_docs(month: Month, rows: list[Row]) -> None:
    from bench.simulate.plots import write_plots  # noqa: PLC0415 - matplotlib takes a second

    _print([f"wrote {path.name}" for path in write_plots(month, into=_DOCS / "pictures")])
    write_tables(month, rows, page=_DOCS / "asking.md")


def _run(parameters: Parameters, *, with_changes: bool) -> tuple[Month, list[Row]]:
    """Run the month here and the changes of its assumptions in another process, with a database each."""
    if not with_changes:
        return _run_month(parameters), []
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as other:
        changes = other.submit(run_changes, parameters)
        month = _run_month(parameters)
        _say("waiting for the changed assumptions")
        return month, changes.result()


def _run_month(parameters: Parameters) -> Month:
    began = time.monotonic()
    with empty_backend():
        return run_month(
            parameters, name="The month", progress=lambda line: _say(f"{time.monotonic() - began:6.1f} s  {line}")
        )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make simulate", description="Simulate a month of asking.")
    parser.add_argument("--days", type=int, default=Parameters.days)
    parser.add_argument("--people", type=int, default=Parameters.people)
    parser.add_argument("--seed", type=int, default=Parameters.seed)
    parser.add_argument("--only-month", action="store_true", help="without the table of changed assumptions")
    parser.add_argument("--plots", action="store_true", help="write the pictures and tables of docs/asking.md")
    return parser


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def _print(lines: list[str]) -> None:
    for line in lines:
        print(line)


if __name__ == "__main__":
    main()
