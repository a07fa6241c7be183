"""Who a browser is signed in as: the same sessions as phones have, held in a cookie."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest

from backend.domain.accounts.models import DeviceSession
from backend.domain.accounts.queries import session_for_token
from backend.domain.accounts.session_life import prolong_session


def session_of(request: HttpRequest, *, now: datetime) -> DeviceSession | None:
    """Return the live session of the browser's cookie, and let it live on; None: nobody is signed in."""
    token = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
    session = session_for_token(token=token, now=now) if token else None
    if session is not None and prolong_session(session=session, now=now):
        request.session.modified = True  # the cookie ends with its session: give it the new time, too
    return session
