"""Bytes that cannot be mistaken for each other, and how a request adds them."""

from __future__ import annotations

import random

from backend.uploads.staging.base import Staged

PART_BYTES = 5 * 1024**2
FILM = random.Random(3).randbytes(12 * 1024**2 + 5)
_BLOCK_BYTES = 700_001


def add(kept: Staged, content: bytes, *, revocable: bool = False) -> None:
    """Add `content` in blocks, as they would arrive."""
    for begin_at in range(0, len(content), _BLOCK_BYTES):
        with kept.guarded():
            kept.append(content[begin_at : begin_at + _BLOCK_BYTES], revocable=revocable)
