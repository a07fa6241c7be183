"""
Django's session engine, with the token hashed at rest: a leaked table signs nobody in.

The token that a phone or browser holds is the ordinary session key (32 characters from Django's
generator, about 165 bits); the table holds its SHA-256. A plain hash is enough for a random secret of that size.
"""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from backend.domain.accounts.models import DeviceSession


def hash_token(token: str) -> str:
    """Return what the table holds for `token`: 40 hexadecimal digits (160 bits) of its SHA-256."""
    return hashlib.sha256(token.encode()).hexdigest()[:40]


class SessionStore(DatabaseStore):
    """Sessions that are looked up by the hash of their token. The session's data is the truth, columns mirror it."""

    @classmethod
    def get_model_class(cls) -> type[DeviceSession]:
        return DeviceSession

    def _get_session_from_db(self) -> DeviceSession | None:
        hashed = hash_token(self.session_key or "")
        row = DeviceSession.objects.filter(session_key=hashed, expire_date__gt=timezone.now()).first()
        if row is None:
            self._session_key = None
        return row

    def exists(self, session_key: str) -> bool:
        return super().exists(hash_token(session_key))

    def delete(self, session_key: str | None = None) -> None:
        token = session_key or self.session_key
        if token:
            super().delete(hash_token(token))

    def create_model_instance(self, data: dict[str, Any]) -> DeviceSession:
        row = cast(DeviceSession, super().create_model_instance(data))
        row.session_key = hash_token(row.session_key)
        row.person_id = UUID(data[SESSION_KEY]) if SESSION_KEY in data else None
        row.device_name = data.get("device_name", "")
        row.created_at = datetime.fromisoformat(data.setdefault("created_at", timezone.now().isoformat()))
        return row
