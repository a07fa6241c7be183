"""Fixtures that every folder may use: the cast, a machine, and ways in."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest
from django.db import connection, transaction
from pytest_django.plugin import DjangoDbBlocker
from rest_framework.test import APIClient

from backend.domain.accounts.models import Organisation, Person, Site
from backend.domain.actor import Role
from backend.domain.equipment.models import Asset
from tests import cast
from tests.made_once import MadeOnce
from tests.plugins.flushing import flush_what_holds_rows
from tests.plugins.migrated import lost_connections_count, set_up_database
from tests.plugins.replaying import replayed


@pytest.fixture(scope="session")
def django_db_setup(
    pytestconfig: pytest.Config,
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """In the place of pytest-django's: no database to take down, for the server goes with the run."""
    assert pytestconfig.cache is not None
    flush_what_holds_rows(pytest.MonkeyPatch())
    with django_db_blocker.unblock():
        set_up_database(pytestconfig.cache.mkdir("migrated"), run=Path(os.environ["CUPPA_TEST_DIRECTORY"]))
    yield
    with django_db_blocker.unblock():
        assert lost_connections_count() == 0, "a thread ended without giving its connection back"


@pytest.fixture(scope="session", autouse=True)
def migrated_early(request: pytest.FixtureRequest, worker_id: str) -> None:
    """Of several processes the first migrates before its first test, while the others do what needs no database."""
    if worker_id == "gw0":
        request.getfixturevalue("django_db_setup")


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> MadeOnce:
    """What this run made so far, in this process or another."""
    own = tmp_path_factory.getbasetemp()
    return MadeOnce((own if worker_id == "master" else own.parent) / "made-once")


@pytest.fixture(scope="class")
def class_db(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """
    The database for a world that is dear to make: what a class of tests shares, taken back after its last.

    Only for classes whose tests ask for `db` themselves, never for `transactional_db`: each finds the world as it was
    made. What is made before, in a fixture of scope "class", stays; rows of a single test go with it.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        # As Django marks the transactions around its own tests, so that durable ones may stand inside.
        connection.atomic_blocks[-1]._from_testcase = True  # type: ignore[attr-defined]
        yield
        transaction.set_rollback(True)


@pytest.fixture
def now() -> datetime:
    """Monday 2026-11-23 10:00 UTC: everybody is on shift."""
    return cast.NOW


@pytest.fixture
def organisation(db: None) -> Organisation:
    return cast.new_organisation()


@pytest.fixture
def site(organisation: Organisation) -> Site:
    return cast.new_site(organisation)


@pytest.fixture
def owner(site: Site) -> Person:
    """The technician whose things the tests are about."""
    return cast.new_person(site, "Olive Owner")


@pytest.fixture
def colleague(site: Site) -> Person:
    """Another technician of the same organisation."""
    return cast.new_person(site, "Colin Colleague")


@pytest.fixture
def curator(site: Site) -> Person:
    return cast.new_person(site, "Cora Curator", Role.CURATOR)


@pytest.fixture
def outsider(db: None) -> Person:
    """A technician of another organisation."""
    return cast.new_person(cast.new_site(cast.new_organisation("Other Works"), "Hull yard"), "Otto Outsider")


@pytest.fixture
@replayed
def disabled(site: Site) -> Person:
    """Somebody who left."""
    person = cast.new_person(site, "Dora Disabled")
    person.is_active = False
    person.save(update_fields=["is_active"])
    return person


@pytest.fixture
def asset(organisation: Organisation, site: Site) -> Asset:
    """A chiller, Zephrane AC-350, tag CHL-A, which knows the code E4."""
    return cast.new_chiller(site)


@pytest.fixture
def sign_in() -> Callable[[Person], str]:
    """Return a function that signs a person in and returns the session token."""
    return cast.session_token


@pytest.fixture
def client_of() -> Callable[[Person | None], APIClient]:
    """Return a function that gives an API client signed in as a person, or as nobody."""

    def client(person: Person | None) -> APIClient:
        api = APIClient()
        if person is not None:
            api.credentials(HTTP_X_SESSION_TOKEN=cast.session_token(person))
        return api

    return client
