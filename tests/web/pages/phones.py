"""Phones in tests, on which somebody is signed in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from backend.domain.accounts.models import Person
from tests import cast
from tests.web.browser import Chromium, Profile


@contextmanager
def phone_of(person: Person, chromium: Chromium, origin: str) -> Iterator[Profile]:
    """Give a phone on which `person` is signed in."""
    with chromium.profile() as phone:
        phone.keep_cookie(settings.SESSION_COOKIE_NAME, cast.session_token(person, "test phone"), address=origin)
        yield phone
