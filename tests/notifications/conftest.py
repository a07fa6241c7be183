"""A local FCM, and the settings that lead to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from celery import Celery, current_app
from pytest_django import Settings

from notifications import fcm as fcm_door
from tests.fakes.fcm import FakeFcm


@pytest.fixture
def fake_fcm() -> Iterator[FakeFcm]:
    with FakeFcm() as server:
        yield server


@pytest.fixture
def firebase(fake_fcm: FakeFcm, settings: Settings, tmp_path: Path) -> Iterator[FakeFcm]:
    """An installation with working Firebase credentials, and the FCM that it reaches."""
    settings.FIREBASE_CREDENTIALS = str(fake_fcm.write_key(tmp_path / "service-account.json"))
    settings.FCM_URL = fake_fcm.url
    yield fake_fcm
    fcm_door._project.cache_clear()


def make_current(app: Celery) -> None:
    """Let wake-ups go through `app`, from this thread and from any other."""
    app.set_current()
    app.set_default()


@pytest.fixture(autouse=True)
def push_queue(settings: Settings) -> Iterator[Celery]:
    """The real broker, its push queue empty, behind the Celery app that wake-ups go through."""
    previous = current_app._get_current_object()  # type: ignore[attr-defined]
    app = Celery("push tests", broker=settings.BROKER_URL)
    app.conf.update(broker_connection_retry_on_startup=False, task_default_queue="push")
    make_current(app)
    app.control.purge()
    yield app
    make_current(previous)
    app.close()


@pytest.fixture(autouse=True)
def open_hours(settings: Settings) -> None:
    """These people are ids only: the tests say when they may be told, see `policies`."""
    settings.PUSH_POLICY = "tests.notifications.policies.policies_for"


@pytest.fixture
def no_firebase(settings: Settings) -> None:
    """An installation as it comes: no push service is configured."""
    settings.FIREBASE_CREDENTIALS = None
