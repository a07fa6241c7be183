"""A private, empty directory for each job, and no traces of it afterwards."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from api_schema.ids import uuid7

_PREFIX = "job-"
_LOCK_SUFFIX = ".lock"


@contextmanager
def private_directory(work_dir: Path) -> Iterator[Path]:
    """Yield an empty directory that only this user may read; it and all in it are gone afterwards."""
    work_dir.mkdir(parents=True, exist_ok=True)
    directory = work_dir / f"{_PREFIX}{uuid7()}"
    with _lock_file(directory).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # before the directory exists: a sweep never sees it without its owner
        directory.mkdir(mode=0o700)
        try:
            yield directory
        finally:
            _remove(directory)


def remove_left_overs(work_dir: Path) -> int:
    """Delete the directories of jobs whose process was killed, and return how many. Those at work are left alone."""
    count = 0
    for directory in work_dir.glob(f"{_PREFIX}*"):
        if directory.is_dir():
            with _lock_file(directory).open("a") as lock:
                if _is_free(lock):
                    _remove(directory)
                    count += 1
    return count


def _lock_file(directory: Path) -> Path:
    # Beside the directory, not in it: nothing of ours lies where ffmpeg works.
    return directory.with_name(directory.name + _LOCK_SUFFIX)


def _is_free(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _remove(directory: Path) -> None:
    shutil.rmtree(directory, ignore_errors=True)
    _lock_file(directory).unlink(missing_ok=True)
