"""Who calls, and whether they may write yet."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from backend.api.cross_site import reason_against
from backend.domain.accounts.ground_rules import GROUND_RULES_VERSION
from backend.domain.accounts.models import DeviceSession, Person
from backend.domain.accounts.queries import session_for_token
from backend.domain.accounts.session_life import prolong_session

if TYPE_CHECKING:
    from rest_framework.views import APIView  # which imports this module

TOKEN_HEADER = "X-Session-Token"


class SessionTokenAuthentication(BaseAuthentication):
    """Sign the caller in by the session token that the sign-in gave their device; `request.auth` is the session."""

    def authenticate(self, request: Request) -> tuple[Person, DeviceSession] | None:
        token = request.headers.get(TOKEN_HEADER)
        return _signed_in(token, now=timezone.now()) if token else None

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002
        """Name the scheme: without one DRF would answer 403 in place of 401."""
        return "Session"


class SessionCookieAuthentication(BaseAuthentication):
    """
    Sign a page of ours in by the cookie of its browser.

    A write must carry the page's `X-CSRFToken`, too: another site can let a browser send the cookie, but not that.
    """

    def authenticate(self, request: Request) -> tuple[Person, DeviceSession] | None:
        token = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        if not token:
            return None
        signed_in = _signed_in(token, now=timezone.now())
        if reason_against(request._request):  # noqa: SLF001 - Django's check takes Django's request, as DRF's own does
            raise PermissionDenied("Send the page's token as X-CSRFToken.", code="cross_site_request")
        return signed_in


def _signed_in(token: str, *, now: datetime) -> tuple[Person, DeviceSession]:
    session = session_for_token(token=token, now=now)
    if session is None or session.person is None:
        raise AuthenticationFailed("This session has ended or never was. Sign in again.")
    prolong_session(session=session, now=now)
    return session.person, session


class SessionTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers by subclassing
    """How the OpenAPI document speaks of the session token."""

    target_class = "backend.api.auth.SessionTokenAuthentication"
    name = "sessionToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:  # noqa: ARG002
        return {
            "type": "apiKey",
            "in": "header",
            "name": TOKEN_HEADER,
            "description": "`meta.session_token` of POST /_allauth/app/v1/auth/login. Revocable, one a device.",
        }


class SessionCookieScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers by subclassing
    """How the OpenAPI document speaks of the cookie."""

    target_class = "backend.api.auth.SessionCookieAuthentication"
    name = "sessionCookie"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:  # noqa: ARG002
        return {
            "type": "apiKey",
            "in": "cookie",
            "name": settings.SESSION_COOKIE_NAME,
            "description": "Of a browser that is signed in to the pages. Writes need `X-CSRFToken`, too.",
        }


class GroundRulesAccepted(BasePermission):
    """Everybody may read; only who accepted the current ground rules may write."""

    message = "Accept the ground rules first: POST /api/v1/me/ground-rules."
    code = "ground_rules_not_accepted"

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002
        if request.method in SAFE_METHODS:
            return True
        return isinstance(request.user, Person) and request.user.ground_rules_version == GROUND_RULES_VERSION
