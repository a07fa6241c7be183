"""How fast whole films arrive and are verified: the same Node client sends the same file to either side."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from pathlib import Path

from bench.upload.sides import Side, node_command

FILM_BYTES = 120_000_000
_ROUNDS = 7
_MP4_BEGINS_WITH = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"


def write_film(path: Path, size_bytes: int) -> str:
    """Write a file that looks like a film to whoever reads only its beginning; return its SHA-256."""
    sha256 = hashlib.sha256()
    with path.open("wb") as film:
        block = _MP4_BEGINS_WITH + os.urandom(1_000_000 - len(_MP4_BEGINS_WITH))
        for begins_at in range(0, size_bytes, len(block)):
            piece = block[: size_bytes - begins_at]
            sha256.update(piece)
            film.write(piece)
    return sha256.hexdigest()


def measure_throughput(sides: list[Side], *, workshop: Path, at_once: int) -> dict[str, list[float]]:
    """
    Return the MB/s of each round by name of side; the rounds take turns, so that a busy machine hurts both alike.

    A first round warms each side up and is not counted.
    """
    film = workshop / "film.mp4"
    sha256 = write_film(film, FILM_BYTES)
    figures: dict[str, list[float]] = {side.name: [] for side in sides}
    for round_number in range(_ROUNDS + 1):
        for side in sides if round_number % 2 else reversed(sides):
            seconds = send_at_once(side, workshop=workshop, film=film, sha256=sha256, at_once=at_once)
            side.forget()
            os.sync()  # what one round left to be written must not slow the next one down
            if round_number:
                figures[side.name].append(at_once * FILM_BYTES / seconds / 1e6)
    return figures


def send_at_once(side: Side, *, workshop: Path, film: Path, sha256: str, at_once: int) -> float:
    """Upload the film `at_once` times from one client process; return the seconds until the last one is verified."""
    told = {
        "url": f"http://127.0.0.1:{side.port}{side.uploads_path}",
        "headers": side.headers(),
        "path": str(film),
        "metadata": [side.metadata(sha256) for _ in range(at_once)],
    }
    command = node_command(workshop, "client.mjs", json.dumps(told))
    return float(subprocess.run(command, check=True, capture_output=True, text=True, cwd=workshop).stdout)
