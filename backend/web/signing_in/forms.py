from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.web.forms import PageForm


class SignInForm(PageForm):
    email = forms.EmailField(
        label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "username", "autocapitalize": "off"})
    )
    password = forms.CharField(
        label=_("Password"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )
