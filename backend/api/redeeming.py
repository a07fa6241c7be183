"""Signing a device in by a link, as `sign_in.py` does by a password: into a session of its own, never into a cookie."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from allauth.account.adapter import get_adapter
from django.db import transaction
from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from backend.domain.accounts.models import Person
from backend.domain.accounts.sessions import SessionStore
from backend.domain.accounts.sign_in_links import use_link


@dataclass(frozen=True)
class SignedIn:
    """A device that was just signed in: the only moment in which its token is known."""

    session_token: str
    person: Person


@transaction.atomic
def redeem(request: HttpRequest, *, token: str, now: datetime) -> SignedIn:
    """
    Use a link up, and sign the calling device in as its person.

    Transaction: opens its own: a session that cannot begin leaves the link unused. Of several at once one gets through.

    :raises SignInLinkOver: the link signs nobody in (any more).
    """
    link = use_link(token=token, now=now)
    with _own_session(request) as session:
        get_adapter(request).login(request, link.person)
        session.save()
    assert session.session_key is not None
    return SignedIn(session.session_key, link.person)


@contextmanager
def _own_session(request: HttpRequest) -> Iterator[SessionStore]:
    """Have `request` speak for a new session meanwhile; that of a cookie, if one came along, is left as it is."""
    cookies = request.session
    request.session = SessionStore()
    try:
        yield request.session
    finally:
        request.session = cookies
        request.META.pop("CSRF_COOKIE_NEEDS_UPDATE", None)  # signing in renews it, for browsers


class RedemptionThrottle(SimpleRateThrottle):
    """A token cannot be guessed; this keeps those who try off the database. A depot that shares one address fits in."""

    scope = "sign-in-links"
    rate = "60/min"

    def get_cache_key(self, request: Request, view: APIView) -> str:  # noqa: ARG002
        """Return under which name the caller's tries are counted: by address, as allauth counts sign-ins."""
        caller = get_adapter(request._request).get_client_ip(request._request)  # noqa: SLF001 - allauth takes Django's
        return f"{self.scope}:{caller}"
