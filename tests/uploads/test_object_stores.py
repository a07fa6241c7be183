"""Where a finished upload goes, and what happens when that place cannot be reached."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from backend.integrations.object_store import object_store
from tests.fakes.s3 import s3_server
from tests.uploads.phone import FILM, Phone
from tests.uploads.records import clip_at, queued_jobs, staged_bytes, upload_at


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "only-for-tests")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "only-for-tests")


class TestS3:
    def test_receives_a_finished_upload(self, phone: Phone, settings: Settings) -> None:
        with s3_server("films") as endpoint_url:
            settings.S3_ENDPOINT_URL = endpoint_url
            settings.OBJECT_STORE = "s3://films"
            path = phone.begin()

            answer = phone.patch(path, FILM, offset=0)

            assert answer.status_code == 204
            with object_store().open(clip_at(path).original_key) as stored:
                assert stored.read() == FILM
        assert staged_bytes(path) == -1

    def test_out_of_reach_loses_nothing_and_the_upload_ends_later(self, phone: Phone, settings: Settings) -> None:
        here = settings.OBJECT_STORE
        settings.S3_ENDPOINT_URL = "http://127.0.0.1:1"
        settings.OBJECT_STORE = "s3://out-of-reach"
        path = phone.begin()

        refusal = phone.patch(path, FILM, offset=0)
        left = (upload_at(path).status, staged_bytes(path), queued_jobs(clip_at(path).id))
        settings.OBJECT_STORE = here
        offset = phone.offset(path)

        assert (refusal.status_code, refusal.json()["code"], refusal.headers["retry-after"]) == (
            503,
            "unavailable",
            "5",
        )
        assert left == ("open", len(FILM), [])
        assert offset == len(FILM)
        assert clip_at(path).status == "processing"
