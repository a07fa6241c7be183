"""What the tests' people allow: a policy that the tests set, in place of the backend's."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from notifications.policy import PushPolicy, Telling

_LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
EVERYBODY = PushPolicy(push_at=_LONG_AGO, shows_details=True, email="", phone="", language="en")
_changes: dict[UUID, dict[str, Any] | None] = {}


def policies_for(tellings: Collection[Telling], now: datetime) -> Mapping[Telling, PushPolicy]:
    """Everybody may be told at once and in full, and has neither e-mail nor phone, unless a test says otherwise."""
    return {
        telling: replace(EVERYBODY, **(_changes.get(telling.person_id) or {}))
        for telling in tellings
        if _changes.get(telling.person_id, {}) is not None
    }


@contextmanager
def changed(person_id: UUID, **changes: Any) -> Iterator[None]:
    """While this lasts, the person's policy differs from everybody's."""
    yield from _while(person_id, changes)


@contextmanager
def gone(person_id: UUID) -> Iterator[None]:
    """While this lasts, the person is gone."""
    yield from _while(person_id, None)


def _while(person_id: UUID, changes: dict[str, Any] | None) -> Iterator[None]:
    before = _changes.get(person_id, {})
    _changes[person_id] = changes
    try:
        yield
    finally:
        _changes[person_id] = before
