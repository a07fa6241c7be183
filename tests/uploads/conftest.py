from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from backend.domain.accounts.models import Person
from backend.uploads.app import UploadsApp
from backend.uploads.reading import BodiesAsRead
from tests.serving import served
from tests.uploads.node_client import NodeClient, NoNode, installed_client
from tests.uploads.phone import Phone
from tests.uploads.proxy import BadLink, bad_link

SignIn = Callable[[Person], str]
PhoneOf = Callable[[Person], Phone]
PhoneWith = Callable[[str | None], Phone]


@pytest.fixture
def address(transactional_db: None) -> Iterator[str]:
    """The address of a running uploads server; its threads see what the test commits."""
    with served(UploadsApp(), http=BodiesAsRead) as address:
        yield address


@pytest.fixture
def link(address: str) -> Iterator[BadLink]:
    """A link to that server that breaks when a test says so."""
    with bad_link(address) as link:
        yield link


@pytest.fixture(scope="session")
def tus_js_client() -> NodeClient:
    """tus-js-client under Node; where it cannot be had, the test is skipped and says why."""
    try:
        return installed_client()
    except NoNode as reason:
        pytest.skip(str(reason))


@pytest.fixture
def phone_with(address: str) -> Iterator[PhoneWith]:
    """Return a function that gives a phone with a session token, or with none."""
    phones: list[Phone] = []

    def phone(token: str | None) -> Phone:
        phones.append(Phone(address, token))
        return phones[-1]

    yield phone
    for each in phones:
        each.close()


@pytest.fixture
def phone_of(phone_with: PhoneWith, sign_in: SignIn) -> PhoneOf:
    """Return a function that gives a person's phone."""
    return lambda person: phone_with(sign_in(person))


@pytest.fixture
def phone(phone_of: PhoneOf, owner: Person) -> Phone:
    """The owner's phone."""
    return phone_of(owner)
