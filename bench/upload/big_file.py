"""Whether a server's memory grows with the file."""

from __future__ import annotations

from pathlib import Path

from bench.upload.memory import watched
from bench.upload.sides import Side
from bench.upload.throughput import send_at_once, write_film

_SMALL_BYTES = 20_000_000
_BIG_BYTES = 2_000_000_000


def measure_big_file(side: Side, workshop: Path) -> float:
    """Return by how many MB a file of 2 GB makes the server's memory grow beyond what one of 20 MB did."""
    film = workshop / "big.mp4"
    for size_bytes in (_SMALL_BYTES, _BIG_BYTES):
        sha256 = write_film(film, size_bytes)
        with watched(side.pid) as memory:
            send_at_once(side, workshop=workshop, film=film, sha256=sha256, at_once=1)
    film.unlink()
    side.forget()
    return max(0.0, memory.most_mb - memory.before_mb)
