from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import pytest
from pytest_django import Settings

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.clips.models import Clip, Upload
from tests.uploads.conftest import PhoneOf, PhoneWith
from tests.uploads.phone import BYTES_TYPE, FILM, UPLOADS, Phone, metadata
from tests.uploads.records import clip_at, staged_bytes, upload_at


class TestCreateUpload:
    def test_opens_an_upload_of_a_clip_that_is_then_uploading(self, phone: Phone, owner: Person) -> None:
        clip_id = uuid7()

        answer = phone.create(clip_id=clip_id)

        upload = upload_at(answer.headers["location"])
        assert answer.status_code == 201
        assert answer.headers["tus-resumable"] == "1.0.0"
        assert (upload.clip_id, upload.person_id, upload.status) == (clip_id, owner.id, "open")
        assert (upload.declared_bytes, upload.file_name, upload.media_type) == (262_144, "fault.mp4", "video/mp4")
        assert upload.declared_sha256 == hashlib.sha256(FILM).hexdigest()
        assert clip_at(answer.headers["location"]).status == "uploading"

    def test_announces_a_life_of_seven_days(self, phone: Phone) -> None:
        answer = phone.create()

        left = parsedate_to_datetime(answer.headers["upload-expires"]) - datetime.now(UTC)
        assert timedelta(days=6, hours=23, minutes=59) < left <= timedelta(days=7)

    def test_is_one_upload_when_the_phone_asks_twice(self, phone: Phone) -> None:
        clip_id = uuid7()

        first, second = phone.create(clip_id=clip_id), phone.create(clip_id=clip_id)

        assert (first.status_code, second.status_code) == (201, 201)
        assert first.headers["location"] == second.headers["location"]
        assert Upload.objects.count() == 1

    def test_refuses_another_file_for_the_same_clip(self, phone: Phone) -> None:
        clip_id = uuid7()
        first = phone.begin(clip_id=clip_id)

        answer = phone.create(b"another take", clip_id=clip_id)

        assert (answer.status_code, answer.json()["code"]) == (409, "id_taken")
        assert answer.json()["upload_id"] == str(upload_at(first).id)
        assert Upload.objects.count() == 1

    def test_is_the_finished_upload_when_the_file_is_here_already(self, phone: Phone) -> None:
        clip_id = uuid7()
        path = phone.begin(clip_id=clip_id)
        phone.patch(path, FILM, offset=0)

        again = phone.begin(clip_id=clip_id)

        assert again == path
        assert phone.offset(again) == len(FILM)

    def test_refuses_a_clip_of_somebody_else(self, phone: Phone, phone_of: PhoneOf, outsider: Person) -> None:
        clip_id = uuid7()
        phone.begin(clip_id=clip_id)

        answer = phone_of(outsider).create(clip_id=clip_id)

        assert (answer.status_code, answer.json()["code"]) == (409, "id_taken")

    def test_may_bring_the_first_bytes(self, phone: Phone) -> None:
        headers = {
            "Upload-Length": "10",
            "Upload-Metadata": metadata(clip_id=str(uuid7())),
            "Content-Type": BYTES_TYPE,
        }

        answer = phone.request("POST", UPLOADS, headers=headers, content=b"first")

        assert (answer.status_code, answer.headers["upload-offset"]) == (201, "5")
        assert staged_bytes(answer.headers["location"]) == 5

    def test_may_bring_the_whole_file(self, phone: Phone) -> None:
        headers = {
            "Upload-Length": "5",
            "Upload-Metadata": metadata(clip_id=str(uuid7())),
            "Content-Type": BYTES_TYPE,
        }

        answer = phone.request("POST", UPLOADS, headers=headers, content=b"\x00film")

        assert (answer.status_code, answer.headers["upload-offset"]) == (201, "5")
        assert clip_at(answer.headers["location"]).status == "processing"


class TestRefuseBeforeBytes:
    def test_a_file_over_the_limit(self, phone: Phone, settings: Settings) -> None:
        settings.UPLOAD_MAX_BYTES = len(FILM) - 1

        answer = phone.create()

        assert (answer.status_code, answer.json()["code"]) == (413, "upload_too_large")
        assert answer.json()["max_bytes"] == len(FILM) - 1
        assert (Upload.objects.count(), Clip.objects.count()) == (0, 0)

    def test_an_empty_file(self, phone: Phone) -> None:
        answer = phone.create(b"")

        assert (answer.status_code, answer.json()["code"]) == (400, "upload_empty")
        assert (Upload.objects.count(), Clip.objects.count()) == (0, 0)

    @pytest.mark.parametrize(("media_type", "file_name"), [("image/png", "fault.mp4"), ("", "report.pdf")])
    def test_what_is_neither_video_nor_sound_by_its_own_word(
        self, phone: Phone, media_type: str, file_name: str
    ) -> None:
        answer = phone.create(media_type=media_type, file_name=file_name)

        assert (answer.status_code, answer.json()["code"]) == (415, "upload_type_refused")
        assert Clip.objects.count() == 0

    @pytest.mark.parametrize(
        ("media_type", "file_name"), [("audio/mp4", "note"), ("application/octet-stream", "fault.mp4"), ("", "")]
    )
    def test_but_not_what_may_well_be(self, phone: Phone, media_type: str, file_name: str) -> None:
        assert phone.create(media_type=media_type, file_name=file_name).status_code == 201

    @pytest.mark.parametrize("length", ["-1", "", "1e6", "0x10", "9" * 40, "１２", "12 34"])
    def test_a_length_that_is_none(self, phone: Phone, length: str) -> None:
        headers = {"Upload-Length": length.encode(), "Upload-Metadata": metadata(clip_id=str(uuid7())).encode()}

        answer = phone.request("POST", UPLOADS, headers=headers)

        assert (answer.status_code, answer.json()["code"]) == (400, "malformed_request")

    def test_a_clip_id_that_is_no_uuid_of_version_7(self, phone: Phone) -> None:
        headers = {"Upload-Length": "5", "Upload-Metadata": metadata(clip_id="6e8bc430-9c3a-41d9-8669-0800200c9a66")}

        answer = phone.request("POST", UPLOADS, headers=headers)

        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")
        assert "clip_id" in answer.json()["fields"]


class TestSignIn:
    def test_is_needed(self, phone_with: PhoneWith) -> None:
        answer = phone_with(None).create()

        assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")

    def test_is_over_with_an_unknown_token(self, phone_with: PhoneWith) -> None:
        answer = phone_with("made-up").create()

        assert (answer.status_code, answer.json()["code"]) == (401, "session_expired")

    def test_is_over_for_somebody_who_left(self, phone_of: PhoneOf, disabled: Person) -> None:
        answer = phone_of(disabled).create()

        assert (answer.status_code, answer.json()["code"]) == (401, "session_expired")

    def test_is_not_enough_before_the_ground_rules_are_accepted(self, phone: Phone, owner: Person) -> None:
        Person.objects.filter(pk=owner.pk).update(ground_rules_version=0, ground_rules_accepted_at=None)

        answer = phone.create()

        assert (answer.status_code, answer.json()["code"]) == (403, "ground_rules_not_accepted")
        assert Upload.objects.count() == 0
