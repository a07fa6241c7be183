"""
What spares the processor: modules are compiled and certificates read once, and what stays is no garbage to look for.

Where Python is told to write no bytecode, every server and worker that a test starts compiles all of ours anew, and
every process of the suite rewrites every `assert` anew. The collector, left
to itself, walks all that was imported again and again: 1.65 s of 30 in two files of API tests, hereafter 0.16
*(measured)*. Every client of httpx reads the certificates that browsers trust anew, in 0.05 s *(measured)*, and some
hundred tests make one, or two, which then speak plain HTTP to this machine.
"""

from __future__ import annotations

import gc
import os
import sys
from functools import cache

import pytest
from httpx import create_ssl_context
from httpx._transports import default as httpx_transports

_YOUNG_COUNT = 20_000  # objects between two collections, for 700: a test makes and drops some hundred thousand


@pytest.hookimpl(tryfirst=True)  # before a test module is imported, or a process started
def pytest_load_initial_conftests() -> None:
    """Let this process, and those it starts, keep what they compile beside the source, where Git ignores it."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    pytest.MonkeyPatch().setattr(httpx_transports, "create_ssl_context", cache(create_ssl_context))
    gc.set_threshold(_YOUNG_COUNT, 10, 10)  # nearly nothing of what is imported is garbage


def pytest_collection_finish() -> None:
    """Keep what was imported and collected out of the collector's sight: it stays until the end."""
    gc.collect()
    gc.freeze()
