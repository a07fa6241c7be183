"""
Files that take long are begun first, so that no process is left alone with one when the others are done.

pytest-xdist hands out whole files in the order in which they were collected; left to itself it begins with those of
the most tests, and a browser's story is one test. Inside a folder the order stays random.
"""

from __future__ import annotations

from pathlib import Path

import pytest

# Files of these run for 5 to 60 s each, those of all other folders for 1 to 10 *(measured)*. The media worker's come
# first of all: they need no database, and run while the first process migrates one.
_LONG = ("media_worker", "web", "integration", "uploads", "embedded", "live", "demo", "bench", "api")
_TESTS = Path(__file__).resolve().parents[1]


@pytest.hookimpl(trylast=True)  # after pytest-randomly
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of long files first; files stay together."""
    items.sort(key=lambda item: _place(item.path))


def _place(path: Path) -> int:
    folder = path.relative_to(_TESTS).parts[0]
    return _LONG.index(folder) if folder in _LONG else len(_LONG)
