"""How allauth signs our people in and out."""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest
from django.utils import timezone

from backend.domain.accounts.sessions import hash_token
from notifications import service as notifications

DEVICE_NAME_HEADER = "X-Device-Name"
_MAX_DEVICE_NAME_LENGTH = 200


class InvitedOnlyAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """People are added by their organisation; a stranger cannot sign up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """Sign in, and remember which device this session is: it is listed and revoked under that name."""
        super().login(request, user)
        request.session["device_name"] = request.headers.get(DEVICE_NAME_HEADER, "")[:_MAX_DEVICE_NAME_LENGTH]

    def logout(self, request: HttpRequest) -> None:
        """Sign out, and push nothing to this device any more."""
        token = request.session.session_key
        super().logout(request)
        if token:
            notifications.forget_session(session_id=hash_token(token), now=timezone.now())
