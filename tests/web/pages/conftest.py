"""What the tests of the pages share: browsers without a window for rules, and a real one for the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from backend.domain.accounts.models import Person
from tests import cast

Browser = Callable[[Person | None], Client]


@pytest.fixture(autouse=True)
def forgotten_sign_in_attempts() -> Iterator[None]:
    """Sign-in attempts are counted in the cache: no test starts with those of another."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def browser_of(db: None) -> Browser:
    """Return a function that gives a browser in which a person is signed in, or nobody."""

    def browser(person: Person | None) -> Client:
        client = Client(headers={"Accept": "text/html"})
        if person is not None:
            client.cookies[settings.SESSION_COOKIE_NAME] = cast.session_token(person, "test browser")
        return client

    return browser
