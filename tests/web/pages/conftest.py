"""What the tests of the pages share: browsers without a window for rules, and a real one for the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from api_schema.ids import uuid7
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


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def copy(row: Any, **changes: object) -> Any:
    """Return a new row like `row`."""
    fresh = type(row).objects.get(pk=row.pk)
    fresh.pk, fresh._state.adding = uuid7(), True
    for name, value in changes.items():
        setattr(fresh, name, value)
    fresh.save()
    return fresh


def queries_of(browser: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert browser.get(address).status_code == 200
    return len(queries)
