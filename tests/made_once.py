"""What is dear to make and the same for every test: one process of the suite makes it, all take it."""

from __future__ import annotations

import fcntl
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


class MadeOnce:
    """Keeps what was made below `directory`, which all processes of a run share."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def __call__(self, name: str, make: Callable[[Path], T]) -> T:
        """
        Return what `make` returns, given a directory of this `name`: now, or when the first who asked called it.

        Everybody gets a copy of their own, but files that `make` left are the same: nobody may change them.
        """
        directory = self._directory / name
        directory.mkdir(parents=True, exist_ok=True)
        with (directory / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            kept = directory / "made"
            if not kept.exists():
                kept.write_bytes(pickle.dumps(make(directory)))
            made: T = pickle.loads(kept.read_bytes())  # noqa: S301 - written by the line above
        return made
