"""UUIDv7 (RFC 9562, section 5.7): ids that sort by time and that a phone may choose while offline."""

from __future__ import annotations

import hashlib
import secrets
import time
from uuid import UUID


def uuid7() -> UUID:
    """Return a new random UUIDv7 (48 bits of Unix milliseconds, 74 random bits)."""
    unix_ms = time.time_ns() // 1_000_000
    return _uuid7((unix_ms & ((1 << 48) - 1)) << 80 | secrets.randbits(80))


def uuid7_within(whole: UUID, name: str) -> UUID:
    """Return the id of the part `name` of `whole`, a UUIDv7: the same each time, of the same moment."""
    digest = hashlib.sha256(whole.bytes + name.encode()).digest()
    return _uuid7(whole.int >> 80 << 80 | int.from_bytes(digest[:10]))


def is_uuid7(value: UUID) -> bool:
    """Return whether `value` is a UUIDv7."""
    return value.version == 7


def _uuid7(value: int) -> UUID:
    """Return `value` with version and variant in their places."""
    value = value & ~(0xF << 76) | 0x7 << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)
