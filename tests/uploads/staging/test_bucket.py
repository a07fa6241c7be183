"""What only a bucket can do to an upload, and what it costs."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from backend.domain.clips.models import Clip, Upload
from backend.integrations.object_errors import ObjectStoreUnavailable
from backend.integrations.object_store import multipart_store, object_store
from backend.integrations.s3_multipart import S3Multipart
from backend.uploads.models import BucketStaging
from backend.uploads.originals import original_key
from backend.uploads.staging import staged, staged_ids
from tests.uploads.staging.conftest import BeginUpload, TakeOver
from tests.uploads.staging.films import FILM, PART_BYTES, add

pytestmark = pytest.mark.usefixtures("bucket")


@pytest.fixture
def upload(begin: BeginUpload) -> Upload:
    return begin()


class TestQueries:
    def test_are_none_for_a_block_and_two_for_a_part(self, upload: Upload, take_over: TakeOver) -> None:
        kept = take_over(upload)
        add(kept, FILM[: PART_BYTES + 1])
        with CaptureQueriesContext(connection) as blocks:
            for _ in range(100):
                add(kept, bytes(1000))
                kept.size_bytes()

        with CaptureQueriesContext(connection) as part:
            add(kept, bytes(PART_BYTES))

        assert (len(blocks), len(part)) == (0, 2)

    def test_are_few_for_a_request(self, upload: Upload, take_over: TakeOver) -> None:
        take_over(upload)
        with CaptureQueriesContext(connection) as queries:
            kept = take_over(upload)
            add(kept, FILM[:1000])
            kept.flush()

        assert len(queries) == 7


class TestABucketOutOfReach:
    def test_stops_nothing_until_a_part_is_full(
        self, upload: Upload, take_over: TakeOver, settings: Settings, s3_endpoint: str
    ) -> None:
        here = (settings.OBJECT_STORE, settings.S3_ENDPOINT_URL)
        settings.OBJECT_STORE, settings.S3_ENDPOINT_URL = "s3://out-of-reach", "http://127.0.0.1:1"
        kept = take_over(upload)
        with pytest.raises(ObjectStoreUnavailable):
            add(kept, FILM)
        with pytest.raises(ObjectStoreUnavailable):
            kept.flush()
        settings.OBJECT_STORE, settings.S3_ENDPOINT_URL = here

        again = take_over(upload)
        offset = again.size_bytes()
        add(again, FILM[offset:])

        assert (offset, again.sha256()) == (PART_BYTES, hashlib.sha256(FILM).hexdigest())

    def test_lets_an_ended_upload_wait_for_the_sweep(
        self, upload: Upload, take_over: TakeOver, settings: Settings
    ) -> None:
        here = (settings.OBJECT_STORE, settings.S3_ENDPOINT_URL)
        kept = take_over(upload)
        add(kept, FILM[: PART_BYTES + 1])
        kept.flush()
        settings.OBJECT_STORE, settings.S3_ENDPOINT_URL = "s3://out-of-reach", "http://127.0.0.1:1"
        staged(upload.id).discard()
        left = upload.id in staged_ids()
        settings.OBJECT_STORE, settings.S3_ENDPOINT_URL = here

        staged(upload.id).discard()

        assert (left, upload.id in staged_ids()) == (True, False)


class TestABucketThatForgot:
    def test_the_parts_makes_the_upload_begin_again(self, upload: Upload, take_over: TakeOver, now: datetime) -> None:
        kept = take_over(upload)
        add(kept, FILM[: PART_BYTES + 1])
        kept.flush()
        row = BucketStaging.objects.get(upload=upload)
        _multipart().give_up(row.object_key, row.multipart_id)
        BucketStaging.objects.update(kept_at=now - timedelta(days=3))

        again = take_over(upload)
        offset = again.size_bytes()
        add(again, FILM)

        assert (offset, again.sha256()) == (0, hashlib.sha256(FILM).hexdigest())

    def test_the_tail_costs_the_tail(self, upload: Upload, take_over: TakeOver) -> None:
        kept = take_over(upload)
        add(kept, FILM[: PART_BYTES + 1000])
        kept.flush()
        object_store().delete(BucketStaging.objects.get(upload=upload).tail_key)
        BucketStaging.objects.update(holder=None)

        again = take_over(upload)
        offset = again.size_bytes()
        add(again, FILM[offset:])

        assert (offset, again.sha256()) == (PART_BYTES, hashlib.sha256(FILM).hexdigest())


class TestTails:
    def test_leave_nothing_behind(self, upload: Upload, take_over: TakeOver) -> None:
        tails = set()
        for size_bytes in (10, 2000, PART_BYTES):
            kept = take_over(upload)
            add(kept, FILM[:size_bytes])
            kept.flush()
            tails.add(BucketStaging.objects.get(upload=upload).tail_key)
        last = BucketStaging.objects.get(upload=upload).tail_key

        left = {key for key in tails if key and object_store().head(key) is not None}
        staged(upload.id).discard()

        assert left == {last}
        assert object_store().head(last) is None


class TestDiscard:
    def test_leaves_a_clips_original_where_it_is(self, upload: Upload, take_over: TakeOver, now: datetime) -> None:
        kept = take_over(upload)
        add(kept, FILM)
        kept.store_as(original_key(upload), content_type="video/mp4")
        Clip.objects.update(original_key=original_key(upload))

        staged(upload.id).discard()

        assert object_store().head(original_key(upload)) == len(FILM)

    def test_takes_an_object_away_that_nobody_uses(self, upload: Upload, take_over: TakeOver) -> None:
        kept = take_over(upload)
        add(kept, FILM)
        kept.seal()

        staged(upload.id).discard()

        assert object_store().head(original_key(upload)) is None


class TestAnUploadThatBeganOnADisk:
    def test_ends_there_when_the_installation_moves_to_a_bucket(
        self, upload: Upload, take_over: TakeOver, settings: Settings
    ) -> None:
        bucket = settings.OBJECT_STORE
        settings.OBJECT_STORE = "dir:/nowhere"
        add(take_over(upload), FILM[:1000])
        settings.OBJECT_STORE = bucket

        kept = take_over(upload)
        add(kept, FILM[1000:])
        kept.store_as(original_key(upload), content_type="video/mp4")

        assert object_store().head(original_key(upload)) == len(FILM)


class TestACrash:
    def test_between_the_bucket_and_the_row_is_finished_later(self, upload: Upload, take_over: TakeOver) -> None:
        kept = take_over(upload)
        add(kept, FILM)
        kept.seal()
        BucketStaging.objects.update(is_assembled=False)

        again = staged(upload.id)
        again.store_as(original_key(upload), content_type="video/mp4")

        assert again.sha256() == hashlib.sha256(FILM).hexdigest()


def _multipart() -> S3Multipart:
    store = multipart_store()
    assert store is not None
    return store
