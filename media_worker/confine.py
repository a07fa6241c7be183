"""
Take limits upon oneself, then become another program: `python -I -S confine.py LIMITS PROGRAM ARGUMENTS…`.

Runs as a file of its own, with nothing but the standard library, because limits set between fork and exec
in a process with threads may deadlock it.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import sys

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS = 38


def main(arguments: list[str]) -> None:
    """Set the limits (JSON: seconds and bytes by name, and `parent`, the process to die with), then exec."""
    limits: dict[str, int] = json.loads(arguments[0])
    if sys.platform == "linux":
        _die_with_parent(limits["parent"])
        _limit(resource.RLIMIT_AS, limits["address_space_bytes"])
    _limit(resource.RLIMIT_CPU, limits["cpu_s"])
    _limit(resource.RLIMIT_FSIZE, limits["file_bytes"])
    _limit(resource.RLIMIT_CORE, 0)
    os.execv(arguments[1], arguments[1:])  # noqa: S606 - the program comes from us, without a shell


def _limit(kind: int, value: int) -> None:
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    resource.setrlimit(kind, (value, value))


def _die_with_parent(parent: int) -> None:
    """Ask the kernel to kill us when the worker is killed with -9, when nobody is left to do it."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if os.getppid() != parent:  # it died before the request
        os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main(sys.argv[1:])
