"""Ids of demo rows that are the same in every run, so that a second run finds what the first has made."""

from __future__ import annotations

import hashlib
from uuid import UUID

from backend.domain.accounts.models import Organisation


def lasting_id(organisation: Organisation, name: str) -> UUID:
    """Return the same UUIDv7 in every run: the milliseconds of the organisation's beginning, and a hash of `name`."""
    unix_ms = int(organisation.created_at.timestamp() * 1000)
    digest = hashlib.sha256(f"{organisation.pk}/{name}".encode()).digest()
    number = int.from_bytes(unix_ms.to_bytes(6) + digest[:10]) & ~(0xF << 76) | 0x7 << 76
    return UUID(int=number & ~(0x3 << 62) | 0x2 << 62)
