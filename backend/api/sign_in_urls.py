"""
The part of allauth's headless API that phones use, below `/_allauth/app/v1/`; its messages are allauth's own.

Signing up, other e-mail addresses and e-mailed codes are left out: people are added by their organisation.
"""

from allauth.headless.account.views import LoginView, SessionView
from allauth.headless.constants import Client
from django.urls import path

from backend.api.sign_in import PasswordView

urlpatterns = [
    path("auth/login", LoginView.as_api_view(client=Client.APP)),
    path("auth/session", SessionView.as_api_view(client=Client.APP)),
    path("account/password/change", PasswordView.as_api_view(client=Client.APP)),
]
