"""What the tests of the API share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from rest_framework.test import APIClient

from backend.domain.accounts.models import Person
from backend.domain.asking.models import Ask
from backend.domain.equipment.models import Asset
from tests.api.calls import a_question, phone_of, post
from tests.api.world import ask_about, fire_first_wave


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


@pytest.fixture
def own_ask(owner: Person, colleague: Person, asset: Asset) -> Ask:
    """The colleague, who fixed this before, is asked about the owner's thread."""
    thread = ask_about(asset, owner)
    return Ask.objects.get(pk=fire_first_wave(thread, colleague, asset))
