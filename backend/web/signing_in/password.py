"""A password of one's own, or another one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.core import ratelimit
from django import forms
from django.contrib import messages
from django.contrib.auth.password_validation import password_validators_help_texts
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.domain.accounts.passwords import (
    PasswordChange,
    PasswordChanged,
    needs_current_password,
    set_own_password,
)
from backend.web.forms import PageForm
from backend.web.page import Page
from backend.web.signing_in.beginning import invited_in_at, renew_session
from notifications import service as notifications

_NEW = {"autocomplete": "new-password"}


class PasswordForm(PageForm):
    current_password = forms.CharField(
        label=gettext_lazy("Present password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    new_password = forms.CharField(
        label=gettext_lazy("New password"), strip=False, max_length=200, widget=forms.PasswordInput(attrs=_NEW)
    )
    again = forms.CharField(
        label=gettext_lazy("Once more"), strip=False, max_length=200, widget=forms.PasswordInput(attrs=_NEW)
    )

    def __init__(self, *args: Any, needs_current: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["new_password"].help_text = " ".join(password_validators_help_texts())
        if not needs_current:
            del self.fields["current_password"]

    def clean_again(self) -> str:
        """Keep whoever mistyped from locking themselves out."""
        again: str = self.cleaned_data["again"]
        if again != self.cleaned_data.get("new_password", again):
            raise forms.ValidationError(_("This is not what stands above."))
        return again


class PasswordPage(Page):
    section = "devices"
    needs_ground_rules = False

    def get(self, _request: HttpRequest) -> HttpResponse:
        return self._form(PasswordForm(needs_current=self._needs_current()))

    def post(self, request: HttpRequest) -> HttpResponse:
        form = PasswordForm(request.POST, needs_current=self._needs_current())
        if not ratelimit.consume(request, action="change_password", user=self.person):
            form.add_error(None, _("Too many tries. Wait a minute, then try again."))
            return self._form(form, status=429)
        with transaction.atomic():
            changed = self.attempt(form, self._change)
            if changed is None:
                return self._form(form, status=400)
            for session_id in changed.ended_session_ids:
                notifications.forget_session(session_id=session_id, now=self.now)
            renew_session(request, changed.person)
        messages.success(request, _("The password is changed. Your other devices are signed out."))
        return self.go_to(reverse("web:devices"))

    def _change(self, told: dict[str, Any]) -> PasswordChanged:
        change = PasswordChange(
            new_password=told["new_password"],
            current_password=told.get("current_password", ""),
            session_id=self.session.session_key,
            invited_in_at=self._invited_in_at(),
        )
        return set_own_password(actor=self.actor, change=change, now=self.now)

    def _needs_current(self) -> bool:
        return needs_current_password(self.person, invited_in_at=self._invited_in_at(), now=self.now)

    def _invited_in_at(self) -> datetime | None:
        return invited_in_at(self.request)

    def _form(self, form: PasswordForm, *, status: int = 200) -> HttpResponse:
        context = {"form": form, "has_one": self.person.has_usable_password()}
        return self.show("web/signing_in/password.html", context, status=status)
