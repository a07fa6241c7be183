"""Who calls, and whether they may write yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from backend.domain.accounts.models import DeviceSession, Person
from backend.domain.accounts.ground_rules import GROUND_RULES_VERSION
from backend.domain.accounts.queries import session_for_token
from backend.domain.accounts.session_life import prolong_session

if TYPE_CHECKING:
    from rest_framework.views import APIView  # which imports this module

TOKEN_HEADER = "X-Session-Token"


class SessionTokenAuthentication(BaseAuthentication):
    """Sign the caller in by the session token that the sign-in gave their device; `request.auth` is the session."""

    def authenticate(self, request: Request) -> tuple[Person, DeviceSession] | None:
        token = request.headers.get(TOKEN_HEADER)
        if not token:
            return None
        now = timezone.now()
        session = session_for_token(token=token, now=now)
        if session is None or session.person is None:
            raise AuthenticationFailed("This session has ended or never was. Sign in again.")
        prolong_session(session=session, now=now)
        return session.person, session

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002
        """Name the scheme: without one DRF would answer 403 in place of 401."""
        return "Session"


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


class GroundRulesAccepted(BasePermission):
    """Everybody may read; only who accepted the current ground rules may write."""

    message = "Accept the ground rules first: POST /api/v1/me/ground-rules."
    code = "ground_rules_not_accepted"

    def has_permission(self, request: Request, view: APIView) -> bool:  # noqa: ARG002
        if request.method in SAFE_METHODS:
            return True
        return isinstance(request.user, Person) and request.user.ground_rules_version == GROUND_RULES_VERSION
