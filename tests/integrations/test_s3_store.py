"""What only S3 must get right."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from backend.integrations.object_errors import ObjectStoreUnavailable
from backend.integrations.s3_store import S3Store
from tests.integrations.conftest import BUCKET


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "only-for-tests")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "only-for-tests")


class TestLinks:
    def test_lead_phones_to_the_public_address(self) -> None:
        store = S3Store(
            bucket=BUCKET,
            region="us-east-1",
            endpoint_url="http://objects.internal:8333",
            public_endpoint_url="https://objects.example.org",
        )

        link = urlsplit(store.presigned_get("a/b.mp4", expires_in=timedelta(minutes=5)))

        assert (link.scheme, link.netloc, link.path) == ("https", "objects.example.org", f"/{BUCKET}/a/b.mp4")
        assert parse_qs(link.query)["X-Amz-Expires"] == ["300"]


class TestAnUnreachableStore:
    def test_is_told_apart_from_a_missing_object(self, tmp_path: Path) -> None:
        store = S3Store(bucket=BUCKET, region="us-east-1", endpoint_url="http://127.0.0.1:1")
        film = tmp_path / "film.mp4"
        film.write_bytes(b"take one")

        with pytest.raises(ObjectStoreUnavailable):
            store.head("a/b.mp4")
        with pytest.raises(ObjectStoreUnavailable):
            store.put_file("a/b.mp4", path=film, content_type="video/mp4")
