"""
Measure uploads beside the peer, @tus/server on its file store, in one run on this machine.

    python -m bench.upload                 everything, about ten minutes
    python -m bench.upload throughput      one part: throughput, slow_phones, half_open, dropped_link, big_file

Prints a table; the last line is `BENCH {json}`. docs/adr/0013 tells what was found, and why.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.figures import Figure, figure, print_table
from bench.throw_away_backend import empty_backend
from bench.upload.big_file import measure_big_file
from bench.upload.dropped_link import measure_dropped_link
from bench.upload.half_open import measure_half_open_head
from bench.upload.sides import Side, install_peer, ours, peer
from bench.upload.slow_phones import measure_slow_phones
from bench.upload.throughput import measure_throughput

Part = Callable[[list[Side], Path], list[Figure]]


def _throughput(sides: list[Side], workshop: Path) -> list[Figure]:
    return [
        figure(f"upload_throughput_{at_once}", "MB/s", measure_throughput(sides, workshop=workshop, at_once=at_once))
        for at_once in (1, 4)
    ]


def _slow_phones(sides: list[Side], _workshop: Path) -> list[Figure]:
    seen = {side.name: measure_slow_phones(side) for side in sides}
    mine = seen[sides[0].name]
    for name, one in seen.items():
        print(f"500 slow phones on {name}: {one.errors} uploads failed")
    return [
        figure("slow_phones_rss_mb", "MB", {name: [one.most_mb] for name, one in seen.items()}),
        Figure("slow_phones_api_p95", "ms; ratio: to idle", mine.beside_p95_ms, None, mine.slowdown),
    ]


def _half_open(sides: list[Side], _workshop: Path) -> list[Figure]:
    return [
        figure("half_open_head_s", "s", {side.name: [measure_half_open_head(side) for _ in range(3)] for side in sides})
    ]


def _dropped_link(sides: list[Side], _workshop: Path) -> list[Figure]:
    return [figure("resent_bytes", "sent ÷ file", {side.name: [measure_dropped_link(side)] for side in sides})]


def _big_file(sides: list[Side], workshop: Path) -> list[Figure]:
    return [figure("big_file_rss_growth_mb", "MB", {side.name: [measure_big_file(side, workshop)] for side in sides})]


PARTS: dict[str, Part] = {
    "throughput": _throughput,
    "half_open": _half_open,
    "dropped_link": _dropped_link,
    "big_file": _big_file,
    "slow_phones": _slow_phones,
}


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "backend.settings.embedded"
    chosen = sys.argv[1:] or list(PARTS)
    figures: list[Figure] = []
    with empty_backend(), tempfile.TemporaryDirectory(prefix="cuppa-bench-") as place:
        workshop = Path(place)
        install_peer(workshop)
        for name in chosen:  # each on fresh servers: what one part left in memory is not the next one's
            with ours() as mine, peer(workshop) as theirs:
                figures += PARTS[name]([mine, theirs], workshop)
                mine.forget()
                theirs.forget()
    print_table(figures)
    print("BENCH " + json.dumps({each.name: each.told() for each in figures}))


if __name__ == "__main__":
    main()
