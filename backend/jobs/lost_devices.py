"""Whose device is gone: `settings.PUSH_DEVICES_LOST`, which `notifications` tells."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from backend.domain.asking.losing import look_again


def look_after(people: Collection[tuple[UUID, UUID]], now: datetime) -> None:
    """Let others be asked where a push that these people were to see was waited for. Joins the caller's transaction."""
    look_again(people, now=now)
