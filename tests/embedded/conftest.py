from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.embedded.places import Places, find_places


@pytest.fixture
def places() -> Iterator[Places]:
    """Return the places of a fresh installation, under a path short enough for sockets."""
    directory = Path(tempfile.mkdtemp(prefix="cuppa-var-"))
    yield find_places(directory)
    shutil.rmtree(directory, ignore_errors=True)
