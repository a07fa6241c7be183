from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from backend.integrations.local_objects import LocalObjectsApp
from backend.integrations.local_store import LocalStore
from backend.integrations.object_store import ObjectStore
from backend.integrations.s3_store import S3Store
from tests.fakes.s3 import s3_server
from tests.serving import served

BUCKET = "clips"


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    with s3_server(BUCKET) as endpoint_url:
        yield endpoint_url


@pytest.fixture
def local_store(tmp_path: Path) -> Iterator[LocalStore]:
    """A local store whose links lead to a server that really serves it."""
    directory = tmp_path / "objects"
    with served(LocalObjectsApp(LocalStore(directory, public_url="http://unused"))) as address:
        yield LocalStore(directory, public_url=address)


@pytest.fixture
def s3_store(s3_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> S3Store:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "only-for-tests")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "only-for-tests")
    return S3Store(bucket=BUCKET, region="us-east-1", endpoint_url=s3_endpoint)


@pytest.fixture(params=["local_store", "s3_store"])
def store(request: pytest.FixtureRequest) -> ObjectStore:
    """Each kind of object store in turn."""
    chosen: ObjectStore = request.getfixturevalue(request.param)
    return chosen
