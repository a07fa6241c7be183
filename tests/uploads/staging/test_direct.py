"""A phone sends a film straight to the bucket; the clip lives the same life."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings
from rest_framework.test import APIClient

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.clips.models import Clip, Upload
from backend.integrations.object_store import object_store
from backend.uploads.models import BucketStaging
from backend.uploads.sweep import sweep_uploads
from tests.uploads.phone import Phone
from tests.uploads.records import queued_jobs, told_events

FILM = bytes(range(256)) + random.Random(5).randbytes(17 * 1024**2)
PART_BYTES = 8 * 1024**2
ClientOf = Callable[[Person | None], APIClient]
Sent = dict[str, Any]


@pytest.fixture(autouse=True)
def _offered(bucket: None, settings: Settings) -> None:
    settings.DIRECT_UPLOADS = True


@pytest.fixture
def bucket_link() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=30) as http:
        yield http


@pytest.fixture
def api(client_of: ClientOf, owner: Person) -> APIClient:
    return client_of(owner)


def ask(api: APIClient, clip_id: UUID, film: bytes = FILM, **other: Any) -> Any:
    told = {"upload_length": len(film), "sha256": hashlib.sha256(film).hexdigest(), "filetype": "video/mp4", **other}
    return api.post(f"/api/v1/clips/{clip_id}/direct-upload", told, format="json")


def complete(api: APIClient, clip_id: UUID) -> Any:
    return api.post(f"/api/v1/clips/{clip_id}/direct-upload/complete", format="json")


def send(http: httpx.Client, part: Sent, film: bytes = FILM) -> None:
    content = film[part["begins_at"] : part["begins_at"] + part["size_bytes"]]
    http.put(part["url"], content=content).raise_for_status()


class TestDirectUpload:
    def test_arrives_like_any_other(self, api: APIClient, bucket_link: httpx.Client) -> None:
        clip_id = uuid7()
        begun = ask(api, clip_id)
        for part in reversed(begun.data["parts"]):
            send(bucket_link, part)

        answer = complete(api, clip_id)

        clip = Clip.objects.get(pk=clip_id)
        assert (begun.status_code, answer.status_code, answer.data["status"]) == (201, 200, "processing")
        assert [part["size_bytes"] for part in begun.data["parts"]] == [PART_BYTES, PART_BYTES, 1024**2 + 256]
        assert clip.sha256 == hashlib.sha256(FILM).hexdigest()
        with closing(object_store().open(clip.original_key)) as stream:
            assert stream.read() == FILM
        assert (queued_jobs(clip_id), told_events()) == (["render"], ["media.job_queued"])
        assert BucketStaging.objects.count() == 0

    def test_goes_on_where_the_bucket_stands(self, api: APIClient, bucket_link: httpx.Client) -> None:
        clip_id = uuid7()
        send(bucket_link, ask(api, clip_id).data["parts"][1])

        again = ask(api, clip_id)
        for part in again.data["parts"]:
            if part["url"]:
                send(bucket_link, part)

        assert [part["url"] is None for part in again.data["parts"]] == [False, True, False]
        assert Upload.objects.get().stored_bytes == PART_BYTES
        assert complete(api, clip_id).status_code == 200

    def test_is_completed_once_however_often_the_phone_asks(self, api: APIClient, bucket_link: httpx.Client) -> None:
        clip_id = uuid7()
        for part in ask(api, clip_id).data["parts"]:
            send(bucket_link, part)

        answers = [complete(api, clip_id).status_code for _ in range(2)]

        assert answers == [200, 200]
        assert ask(api, clip_id).data["parts"] == []
        assert queued_jobs(clip_id) == ["render"]

    def test_of_impatient_phones_is_completed_once(
        self, client_of: ClientOf, owner: Person, api: APIClient, bucket_link: httpx.Client
    ) -> None:
        clip_id = uuid7()
        for part in ask(api, clip_id).data["parts"]:
            send(bucket_link, part)
        phones = [client_of(owner) for _ in range(3)]

        with ThreadPoolExecutor(3) as threads:
            answers = {answer.status_code for answer in threads.map(lambda phone: _closing(phone, clip_id), phones)}

        assert answers <= {200, 423}
        assert complete(api, clip_id).status_code == 200
        assert queued_jobs(clip_id) == ["render"]


def _closing(phone: APIClient, clip_id: UUID) -> Any:
    try:
        return complete(phone, clip_id)
    finally:
        connection.close()


class TestRefusals:
    def test_of_a_clip_whose_parts_are_missing(self, api: APIClient, bucket_link: httpx.Client) -> None:
        clip_id = uuid7()
        send(bucket_link, ask(api, clip_id).data["parts"][0])

        answer = complete(api, clip_id)

        assert (answer.status_code, answer.json()["code"]) == (409, "upload_offset_mismatch")
        assert Clip.objects.get(pk=clip_id).status == "uploading"

    def test_of_another_file_than_was_declared(self, api: APIClient, bucket_link: httpx.Client) -> None:
        clip_id = uuid7()
        for part in ask(api, clip_id).data["parts"]:
            send(bucket_link, part, film=FILM[::-1])
        key = BucketStaging.objects.get().object_key

        answer = complete(api, clip_id)

        assert (answer.status_code, answer.json()["code"]) == (422, "upload_corrupt")
        assert (Clip.objects.get(pk=clip_id).status, queued_jobs(clip_id)) == ("expected", [])
        assert object_store().head(key) is None

    def test_of_something_that_is_no_clip(self, api: APIClient, bucket_link: httpx.Client) -> None:
        clip_id, archive = uuid7(), b"PK\x03\x04" + bytes(1000)
        send(bucket_link, ask(api, clip_id, archive).data["parts"][0], film=archive)

        answer = complete(api, clip_id)

        assert (answer.status_code, answer.json()["code"]) == (415, "upload_type_refused")
        assert BucketStaging.objects.count() == 0

    @pytest.mark.parametrize(
        ("told", "code"),
        [
            ({"upload_length": 0}, "upload_empty"),
            ({"upload_length": 10**12}, "upload_too_large"),
            ({"filetype": "text/html"}, "upload_type_refused"),
            ({"sha256": "ab"}, "invalid_input"),
        ],
    )
    def test_before_any_byte(self, api: APIClient, told: dict[str, Any], code: str) -> None:
        answer = ask(api, uuid7(), **told)

        assert answer.json()["code"] == code
        assert Upload.objects.count() == 0

    def test_to_others(self, client_of: ClientOf, api: APIClient, colleague: Person, outsider: Person) -> None:
        clip_id = uuid7()
        ask(api, clip_id)

        answers = [complete(client_of(person), clip_id).status_code for person in (colleague, outsider)]

        assert answers == [404, 404]
        assert complete(client_of(None), clip_id).status_code == 401

    def test_where_it_is_not_offered(self, api: APIClient, settings: Settings) -> None:
        settings.DIRECT_UPLOADS = False

        answer = ask(api, uuid7())

        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        assert Upload.objects.count() == 0


class TestBothWays:
    def test_do_not_mix_in_one_upload(self, api: APIClient, phone: Phone) -> None:
        direct, by_tus = uuid7(), uuid7()
        upload_id = ask(api, direct).data["upload_id"]
        path = phone.begin(FILM, clip_id=by_tus)
        phone.offset(path)

        answers = (phone.patch(f"/api/v1/uploads/{upload_id}", FILM[:10], offset=0), ask(api, by_tus))

        assert [answer.status_code for answer in answers] == [409, 409]
        assert [answer.json()["code"] for answer in answers] == ["id_taken", "id_taken"]

    def test_follow_each_other_when_the_first_is_ended(self, api: APIClient, phone: Phone) -> None:
        clip_id, film = uuid7(), FILM[:1000]
        upload_id = ask(api, clip_id, film).data["upload_id"]

        phone.request("DELETE", f"/api/v1/uploads/{upload_id}")
        answer = phone.patch(phone.begin(film, clip_id=clip_id), film, offset=0)

        assert answer.status_code == 204
        assert Clip.objects.get(pk=clip_id).status == "processing"


class TestTheSweep:
    def test_gives_up_what_nobody_came_back_for(self, api: APIClient, bucket_link: httpx.Client) -> None:
        clip_id = uuid7()
        part = ask(api, clip_id).data["parts"][0]

        sweep_uploads(now=timezone.now() + timedelta(days=8))

        assert Clip.objects.get(pk=clip_id).status == "expected"
        assert BucketStaging.objects.count() == 0
        assert bucket_link.put(part["url"], content=FILM[:PART_BYTES]).status_code >= 400
