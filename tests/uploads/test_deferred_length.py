"""creation-defer-length: a phone that films while it sends cannot say how long it will be."""

from __future__ import annotations

import hashlib

import httpx
import pytest
from pytest_django import Settings

from api_schema.ids import uuid7
from backend.domain.accounts.models import Organisation
from backend.domain.clips.models import Upload
from tests.uploads.phone import BYTES_TYPE, FILM, UPLOADS, Phone, metadata
from tests.uploads.records import clip_at, queued_jobs, staged_bytes, upload_at


def begin(phone: Phone, **more: str) -> str:
    """Return the path of an upload without a length."""
    told = metadata(clip_id=str(uuid7()), filename="live.mp4", **more)
    answer = phone.request("POST", UPLOADS, headers={"Upload-Defer-Length": "1", "Upload-Metadata": told})
    assert answer.status_code == 201, answer.text
    return answer.headers["location"]


def patch(phone: Phone, path: str, body: bytes, *, offset: int, length: int, **more: str) -> httpx.Response:
    """Send a piece together with the length of the whole."""
    headers = {"Upload-Offset": str(offset), "Content-Type": BYTES_TYPE, "Upload-Length": str(length), **more}
    return phone.request("PATCH", path, headers=headers, content=body)


class TestDeferLength:
    def test_is_told_back_until_the_length_is_known(self, phone: Phone) -> None:
        path = begin(phone)
        phone.patch(path, FILM[:1000], offset=0)

        head = phone.head(path)

        assert (head.headers["upload-defer-length"], head.headers["upload-offset"]) == ("1", "1000")
        assert "upload-length" not in head.headers

    def test_ends_with_the_last_piece(self, phone: Phone) -> None:
        path = begin(phone)
        phone.patch(path, FILM[:1000], offset=0)

        answer = patch(phone, path, FILM[1000:], offset=1000, length=len(FILM))

        assert (answer.status_code, answer.headers["upload-offset"]) == (204, str(len(FILM)))
        assert clip_at(path).sha256 == hashlib.sha256(FILM).hexdigest()
        assert queued_jobs(clip_at(path).id) == ["render"]

    def test_may_end_without_another_byte(self, phone: Phone) -> None:
        path = begin(phone)
        phone.patch(path, FILM, offset=0)

        answer = patch(phone, path, b"", offset=len(FILM), length=len(FILM))

        assert answer.status_code == 204
        assert clip_at(path).status == "processing"

    def test_then_is_an_upload_of_that_length(self, phone: Phone) -> None:
        path = begin(phone)

        patch(phone, path, FILM[:1000], offset=0, length=len(FILM))

        head = phone.head(path)
        assert head.headers["upload-length"] == str(len(FILM))
        assert "upload-defer-length" not in head.headers
        assert (upload_at(path).declared_bytes, upload_at(path).reserved_bytes) == (len(FILM), len(FILM))

    def test_takes_the_sha256_together_with_the_length(self, phone: Phone) -> None:
        path = begin(phone)

        answer = patch(phone, path, FILM, offset=0, length=len(FILM), **{"Upload-Metadata": metadata(sha256="0" * 64)})

        assert (answer.status_code, answer.json()["code"]) == (422, "upload_corrupt")
        assert clip_at(path).status == "expected"

    def test_is_one_upload_when_the_phone_asks_twice(self, phone: Phone) -> None:
        headers = {"Upload-Defer-Length": "1", "Upload-Metadata": metadata(clip_id=str(uuid7()))}

        first, second = (phone.request("POST", UPLOADS, headers=headers) for _ in range(2))

        assert first.headers["location"] == second.headers["location"]
        assert Upload.objects.count() == 1


class TestRefuseLength:
    @pytest.mark.parametrize("told", [{"Upload-Defer-Length": "0"}, {"Upload-Defer-Length": "1", "Upload-Length": "5"}])
    def test_that_is_told_and_deferred(self, phone: Phone, told: dict[str, str]) -> None:
        answer = phone.request("POST", UPLOADS, headers={**told, "Upload-Metadata": metadata(clip_id=str(uuid7()))})

        assert (answer.status_code, answer.json()["code"]) == (400, "malformed_request")
        assert Upload.objects.count() == 0

    def test_that_differs_from_the_one_told_before(self, phone: Phone) -> None:
        path = phone.begin()

        answer = patch(phone, path, b"", offset=0, length=len(FILM) + 1)

        assert (answer.status_code, answer.json()["code"]) == (400, "malformed_request")
        assert upload_at(path).declared_bytes == len(FILM)

    def test_that_is_shorter_than_what_is_here(self, phone: Phone) -> None:
        path = begin(phone)
        phone.patch(path, FILM[:1000], offset=0)

        answer = patch(phone, path, b"", offset=1000, length=999)

        assert (answer.status_code, answer.json()["code"]) == (400, "upload_overrun")
        assert (staged_bytes(path), upload_at(path).declared_bytes) == (1000, None)

    def test_that_is_over_the_limit(self, phone: Phone, settings: Settings) -> None:
        settings.UPLOAD_MAX_BYTES = 1000
        path = begin(phone)

        answer = patch(phone, path, b"", offset=0, length=1001)

        assert (answer.status_code, answer.json()["code"]) == (413, "upload_too_large")

    def test_and_bytes_over_the_limit_though_no_length_was_told(self, phone: Phone, settings: Settings) -> None:
        settings.UPLOAD_MAX_BYTES = 1000
        path = begin(phone)

        answer = phone.patch(path, iter([FILM[:600], FILM[600:1200]]), offset=0)

        assert (answer.status_code, answer.json()["code"]) == (413, "upload_too_large")
        assert staged_bytes(path) == 1000

    def test_and_bytes_beyond_what_was_left_of_the_day(self, phone: Phone, organisation: Organisation) -> None:
        organisation.upload_bytes_per_day = 1000
        organisation.save()
        path = begin(phone)

        answer = phone.patch(path, FILM[:1001], offset=0)

        assert (answer.status_code, answer.json()["code"]) == (413, "quota_exceeded")
        assert phone.offset(path) == 0
