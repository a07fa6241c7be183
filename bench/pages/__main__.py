"""
Measure what pages cost a phone on one bar: 400 kbit/s, 400 ms, a processor four times slower than this one.

    python -m bench.pages [--rounds 5] [--faults 110]

Each page is opened by a phone that was never here, and by the same phone again. Prints medians beside the budgets; the
last line is `BENCH {json}`, where a ratio of at most 1 keeps the budget.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from statistics import median

from bench.pages.budgets import AGAIN, FIRST, NAMES, Visit
from bench.pages.community import settle
from bench.pages.visiting import chromium, visit_twice
from bench.throw_away_backend import empty_backend
from bench.web_process import web_process

_COOKIE = "sessionid"


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench-pages")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--faults", type=int, default=110)
    chosen = parser.parse_args()
    told: dict[str, dict[str, float | None]] = {}
    with empty_backend():
        token, pages = settle(fault_count=chosen.faults)
        with web_process() as (port, _), chromium() as browser:
            origin = f"http://127.0.0.1:{port}"
            cookie = {"name": _COOKIE, "value": token, "url": origin}
            print(f"{'':14}{''.join(f'{name:>19}' for name in NAMES)}")
            for name, path in pages.items():
                own = None if name == "sign-in" else cookie
                visit_twice(browser, origin + path, own)  # what is compressed when first asked for is compressed now
                rounds = [visit_twice(browser, origin + path, own) for _ in range(chosen.rounds)]
                told |= _tell(name, [first for first, _ in rounds], FIRST)
                told |= _tell(f"{name}, again", [again for _, again in rounds], AGAIN)
    print("BENCH " + json.dumps(told))


def _tell(page: str, visits: list[Visit], budget: Visit) -> dict[str, dict[str, float | None]]:
    """Print the medians of a page, and return them beside the budget."""
    rows = [asdict(visit) for visit in visits]
    allowed = asdict(budget)
    medians = {name: median(row[name] for row in rows) for name in NAMES if rows[0][name] is not None}
    print(f"{page:14}{''.join(_cell(medians.get(name)) for name in NAMES)}", flush=True)
    return {
        f"{page}: {name}": {"ours": round(ours), "budget": allowed[name], "ratio": round(ours / allowed[name], 3)}
        for name, ours in medians.items()
    }


def _cell(value: float | None) -> str:
    return f"{'–' if value is None else format(round(value), ','):>19}"


if __name__ == "__main__":
    main()
