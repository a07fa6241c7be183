"""
What spares the processor: modules are compiled once, and what all tests share is not searched for garbage again.

Where Python is told to write no bytecode, every server and worker that a test starts compiles all of ours anew, and
every process of the suite rewrites every `assert` anew. The collector, left
to itself, walks all that was imported again and again: 1.65 s of 30 in two files of API tests, hereafter 0.16
*(measured)*.
"""

from __future__ import annotations

import gc
import os
import sys

import pytest

_YOUNG_COUNT = 20_000  # objects between two collections, for 700: a test makes and drops some hundred thousand


@pytest.hookimpl(tryfirst=True)  # before a test module is imported, or a process started
def pytest_load_initial_conftests() -> None:
    """Let this process, and those it starts, keep what they compile beside the source, where Git ignores it."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


def pytest_collection_finish() -> None:
    """Keep what was imported and collected out of the collector's sight: it stays until the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_YOUNG_COUNT, 10, 10)
