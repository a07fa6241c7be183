"""UUIDv7 (RFC 9562, section 5.7): ids that sort by time and that a phone may choose while offline."""

from __future__ import annotations

import secrets
import time
from uuid import UUID


def uuid7() -> UUID:
    """Return a new random UUIDv7 (48 bits of Unix milliseconds, 74 random bits)."""
    unix_ms = time.time_ns() // 1_000_000
    value = (unix_ms & ((1 << 48) - 1)) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return UUID(int=value)


def is_uuid7(value: UUID) -> bool:
    """Return whether `value` is a UUIDv7."""
    return value.version == 7
