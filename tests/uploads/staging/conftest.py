from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pytest_django import Settings

from backend.domain.accounts.models import Person
from backend.domain.clips.models import Clip, Upload
from backend.uploads.staging import staged
from backend.uploads.staging.base import Staged
from backend.uploads.staging.handover import watch
from tests.fakes.s3 import s3_server

BUCKET = "films"

BeginUpload = Callable[[], Upload]
TakeOver = Callable[[Upload], Staged]
OnMachine = Callable[[str], AbstractContextManager[None]]


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    with s3_server(BUCKET) as endpoint_url:
        yield endpoint_url


@pytest.fixture
def _directory(transactional_db: None, settings: Settings, tmp_path: Path) -> None:
    settings.OBJECT_STORE = f"dir:{tmp_path / 'objects'}"


@pytest.fixture
def bucket(
    transactional_db: None, settings: Settings, s3_endpoint: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """The installation keeps its objects, and what arrives, in an S3."""
    for name, value in bucket_settings(s3_endpoint).items():
        monkeypatch.setenv(name, value)
    settings.S3_ENDPOINT_URL = s3_endpoint
    settings.OBJECT_STORE = f"s3://{BUCKET}"
    yield
    end_watch()


def bucket_settings(s3_endpoint: str) -> dict[str, str]:
    """Return the environment of an installation that keeps its objects in the test's S3."""
    return {
        "AWS_ACCESS_KEY_ID": "only-for-tests",
        "AWS_SECRET_ACCESS_KEY": "only-for-tests",
        "S3_ENDPOINT_URL": s3_endpoint,
        "OBJECT_STORE": f"s3://{BUCKET}",
    }


def end_watch() -> None:
    """Let no thread look for other machines any more: as when its machine dies, and before the database goes."""
    watch._unsettled.clear()
    if (thread := watch._thread) is not None:
        thread.join()


@pytest.fixture(params=["_directory", "bucket"])
def each_store(request: pytest.FixtureRequest) -> None:
    """Each kind of staging in turn."""
    request.getfixturevalue(request.param)


@pytest.fixture
def on_machine(settings: Settings, tmp_path: Path) -> OnMachine:
    """Return a function for what happens on one of several machines: each has a disk of its own."""

    @contextmanager
    def on(name: str) -> Iterator[None]:
        before, settings.UPLOAD_DIR = settings.UPLOAD_DIR, tmp_path / name
        settings.UPLOAD_DIR.mkdir(exist_ok=True)
        try:
            yield
        finally:
            settings.UPLOAD_DIR = before

    return on


@pytest.fixture
def begin(owner: Person, now: datetime) -> BeginUpload:
    """Return a function that opens an upload of the owner's."""

    def begin() -> Upload:
        clip = Clip.objects.create(organisation=owner.organisation, author=owner, created_at=now)
        return Upload.objects.create(
            organisation=owner.organisation,
            clip=clip,
            person=owner,
            declared_bytes=2**30,
            reserved_bytes=2**30,
            media_type="video/mp4",
            created_at=now,
            expires_at=now + timedelta(days=7),
        )

    return begin


@pytest.fixture
def take_over() -> TakeOver:
    """Return a function that makes its caller an upload's writer, as a new request does."""

    def take(upload: Upload) -> Staged:
        upload.lease += 1
        kept = staged(upload.id)
        with kept.guarded_everywhere():
            kept.set_lease(upload.lease)
        return kept

    return take
