"""What the tests of the API share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def forgotten_sign_in_attempts() -> Iterator[None]:
    """Sign-in attempts are counted in the cache: no test starts with those of another."""
    cache.clear()
    yield
    cache.clear()
