"""
Measure what becomes of a film beside bare ffmpeg and the bare recogniser, in one run on this machine.

    python -m bench.media            everything, about twelve minutes
    python -m bench.media cpu        one part: cpu, first_play, short, captions, wer, memory

Prints a table; the last line is `BENCH {json}`, where `ratio` is the number to judge by.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.figures import Figure, print_table
from bench.media.footage import film
from bench.media.parts import Workshop, captions, cpu, first_play, memory, short_clip, word_errors

PARTS: dict[str, Callable[[Workshop], list[Figure]]] = {
    "cpu": cpu,
    "first_play": first_play,
    "short": short_clip,
    "captions": captions,
    "wer": word_errors,
    "memory": memory,
}


def main() -> None:
    chosen = sys.argv[1:] or list(PARTS)
    with tempfile.TemporaryDirectory(prefix="cuppa-bench-") as place:
        workshop = Workshop(Path(place), film(Path(place)))
        figures: list[Figure] = []
        for name in chosen:
            print(f"Measuring: {name} …", flush=True)
            figures += PARTS[name](workshop)
    print_table(figures)
    print("BENCH " + json.dumps({each.name: each.told() for each in figures}))


if __name__ == "__main__":
    main()
