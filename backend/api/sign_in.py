"""How allauth signs our people in and out."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.headless.account.views import ChangePasswordView
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from backend.domain.accounts.models import Person
from backend.domain.accounts.operations import end_other_sessions
from backend.domain.accounts.sessions import hash_token
from notifications import service as notifications

DEVICE_NAME_HEADER = "X-Device-Name"
_MAX_DEVICE_NAME_LENGTH = 200


class InvitedOnlyAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    """People are added by their organisation; a stranger cannot sign up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def login(self, request: HttpRequest, user: AbstractBaseUser) -> None:
        """
        Sign in, and remember which device this session is: it is listed and revoked under that name.

        Whoever was signed in here before is signed out, as by `logout`.
        """
        old_token = request.session.session_key
        with transaction.atomic():
            super().login(request, user)
            if old_token and old_token != request.session.session_key:
                notifications.forget_session(session_id=hash_token(old_token), now=timezone.now())
        request.session["device_name"] = request.headers.get(DEVICE_NAME_HEADER, "")[:_MAX_DEVICE_NAME_LENGTH]

    def logout(self, request: HttpRequest) -> None:
        """Sign out, and push nothing to this device any more."""
        token = request.session.session_key
        with transaction.atomic():  # a process that dies in between leaves no phone behind that still rings
            super().logout(request)
            if token:
                notifications.forget_session(session_id=hash_token(token), now=timezone.now())

    @transaction.atomic
    def set_password(self, user: Person, password: str) -> None:
        """Change the password, which signs every other device out: nothing is pushed to those, or answered by them."""
        super().set_password(user, password)
        now = timezone.now()
        own_token = self.request.session.session_key if self.request else None
        own_id = hash_token(own_token) if own_token else None
        for session_id in end_other_sessions(actor=user.actor, session_id=own_id, now=now):
            notifications.forget_session(session_id=session_id, now=now)


class PasswordView(ChangePasswordView):  # type: ignore[misc]  # allauth ships no types
    """allauth gives the phone a new token; what the phone registered under the old one goes along."""

    @transaction.atomic
    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Change the password of whoever is signed in."""
        old_token = request.session.session_key
        answer: HttpResponse = super().post(request, *args, **kwargs)
        new_token = request.session.session_key
        if old_token and new_token and old_token != new_token:
            notifications.follow_session(old_id=hash_token(old_token), new_id=hash_token(new_token))
        return answer
