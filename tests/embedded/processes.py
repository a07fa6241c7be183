"""Watching real processes from outside, as the person at the keyboard would with `ps`."""

from __future__ import annotations

import time
from collections.abc import Callable

import psutil

from backend.embedded.environments import STACK_MARK
from backend.embedded.places import Places


def processes_of(places: Places) -> list[psutil.Process]:
    """Return every process that works for the stack on `places`, the servers included."""
    found = []
    for process in psutil.process_iter():
        try:
            named = " ".join(process.cmdline())
            marked = process.environ().get(STACK_MARK) == str(places.var_dir)
        except (psutil.Error, OSError):
            continue
        if marked or str(places.var_dir) in named or str(places.socket_dir) in named:
            found.append(process)
    return found


def wait_for(condition: Callable[[], bool], *, timeout_s: float = 20) -> None:
    """Return once `condition` holds; fail when it does not within `timeout_s`."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        assert time.monotonic() < deadline, f"did not happen within {timeout_s} s"
        time.sleep(0.05)
