"""
Measure pushes and replies: on their way to FCM, many at once, from a lock screen, and while parts are killed.

    python -m bench.push            everything, about fifteen minutes
    python -m bench.push latency    one part: latency, fanout, reply, chaos

Prints a table; the last line is `BENCH {json}`.
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from bench.figures import Figure, print_table
from bench.push.parts import PARTS, measure


def main() -> None:
    figures: list[Figure] = []
    for part in sys.argv[1:] or PARTS:
        print(f"Measuring: {part} …", flush=True)
        # A process for each: Django is set up once in a process, and every part has a database of its own.
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
            figures += alone.submit(measure, part).result().values()
    print_table(figures)
    print("BENCH " + json.dumps({each.name: each.told() for each in figures}))


if __name__ == "__main__":
    main()
