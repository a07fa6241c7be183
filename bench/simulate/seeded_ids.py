"""Ids that the seed decides: so that the same seed gives the same month, to the last push."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

from api_schema import ids

_NS_PER_MS = 1_000_000


class _Seeded:
    """Stands in for `secrets` and for `time` inside `api_schema.ids`: counted milliseconds and seeded bits."""

    def __init__(self, seed: object) -> None:
        self._random = Random(f"ids/{seed}")
        self._count = 0

    def randbits(self, bits: int) -> int:
        return self._random.getrandbits(bits)

    def time_ns(self) -> int:
        self._count += 1
        return self._count * _NS_PER_MS


@contextmanager
def seeded_ids(seed: object) -> Iterator[None]:
    """Make every new id follow from `seed` and from how many were made before: ties go the same way every time."""
    module: Any = ids
    kept, seeded = (module.secrets, module.time), _Seeded(seed)
    module.secrets, module.time = seeded, seeded
    try:
        yield
    finally:
        module.secrets, module.time = kept
