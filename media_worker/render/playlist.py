"""Reading the playlist that ffmpeg rewrites with each finished segment."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from media_worker.render.written import read_written

_ENTRY = re.compile(r"#EXTINF:([\d.]+),\n(\d{5})\.m4s\n")


@dataclass(frozen=True)
class FinishedSegment:
    sequence: int
    duration_ms: int


def finished_segments(playlist: Path) -> list[FinishedSegment]:
    """Return the segments that are whole on disk, in order; none while there is no playlist yet."""
    try:
        text = read_written(playlist).decode("ascii")
    except FileNotFoundError:
        return []
    return [FinishedSegment(int(name), max(1, round(float(length) * 1000))) for length, name in _ENTRY.findall(text)]
