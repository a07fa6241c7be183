"""Python's garbage collector in a process that loads much and lives long."""

from __future__ import annotations

import gc

_EVERY_OBJECTS = 25_000  # Python's own 700 is for programs that hold little


def settle_loaded() -> None:
    """
    Look through what is loaded once, and never again: it stays.

    To look again and again stops uploads, requests and pushes for moments: it cost a wave that fires 8 to 10 % of its
    processor time *(measured)*.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_EVERY_OBJECTS)
