"""How long a device stays signed in."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from backend.domain import tenancy
from backend.domain.accounts.models import DeviceSession

_WRITTEN_AT_MOST_EVERY = timedelta(days=1)  # a phone that is used all day costs one update


def prolong_session(*, session: DeviceSession, now: datetime) -> bool:
    """
    Let a session that is in use live on for the whole time again; return whether that was written.

    Idempotent: within a day of the last time it writes nothing.
    """
    expires_at = now + timedelta(seconds=settings.SESSION_COOKIE_AGE)
    if expires_at - session.expire_date <= _WRITTEN_AT_MOST_EVERY:
        return False
    tenancy.same_row(session).update(expire_date=expires_at)
    return True


def delete_expired_sessions(*, now: datetime) -> list[str]:
    """Forget sessions that are over; return their keys. They sign nobody in before that, either."""
    sessions = tenancy.across_organisations(DeviceSession, why="time is over for everybody alike")
    over = list(sessions.filter(expire_date__lte=now).values_list("session_key", flat=True))
    sessions.filter(session_key__in=over, expire_date__lte=now).delete()
    return over
