"""
CPU time of programs whose parent did not wait for them.

bubblewrap's outer process ends as soon as it knows how the inner one ended, without waiting for it: what the inner one
used is counted nowhere, unless somebody above has asked the kernel for orphans.
"""

from __future__ import annotations

import ctypes
import os
import sys

import psutil

_PR_SET_CHILD_SUBREAPER = 36
_NAME = "bwrap"


class Orphans:
    """What descendants of this process leave behind, from now on. `cpu_s`: seconds, user and system."""

    def __init__(self) -> None:
        self.cpu_s = 0.0
        if sys.platform == "linux":  # elsewhere there is no bubblewrap, and parents wait
            ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)

    def collect(self) -> None:
        """Bury those that ended, and count what they and their own children used."""
        for child in psutil.Process().children():
            if child.name() == _NAME and child.status() == psutil.STATUS_ZOMBIE:
                _, _, used = os.wait4(child.pid, 0)
                self.cpu_s += used.ru_utime + used.ru_stime
