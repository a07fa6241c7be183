"""What the tests of the API share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from rest_framework.test import APIClient

from backend.domain.accounts.models import Person
from backend.domain.equipment.models import Asset
from tests.api.calls import a_question, phone_of, post


@pytest.fixture(autouse=True)
def forgotten_sign_in_attempts() -> Iterator[None]:
    """Sign-in attempts are counted in the cache: no test starts with those of another."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def phone(owner: Person) -> APIClient:
    """The owner's phone, signed in."""
    return phone_of(owner)


@pytest.fixture
def thread_id(phone: APIClient, asset: Asset) -> str:
    """A thread that the owner asked."""
    answer = post(phone, "/threads", a_question(asset.pk))
    assert answer.status_code == 201, answer.content
    return str(answer.json()["thread"]["id"])
