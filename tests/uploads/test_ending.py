from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from backend.domain.accounts.models import DeviceSession, Person
from backend.domain.clips.models import Upload
from backend.uploads.sweep import sweep_uploads
from tests.uploads.conftest import PhoneOf
from tests.uploads.phone import FILM, Phone, upload_id_of
from tests.uploads.records import clip_at, queued_jobs, staged_bytes, told_events, upload_at, wait_for_staged_bytes


class TestTerminate:
    def test_forgets_the_bytes_and_expects_the_clip_again(self, phone: Phone) -> None:
        path = phone.begin()
        phone.patch(path, FILM[:1000], offset=0)

        answer = phone.request("DELETE", path)

        assert answer.status_code == 204
        assert (upload_at(path).status, clip_at(path).status, staged_bytes(path)) == ("terminated", "expected", -1)
        assert phone.head(path).status_code == 404

    def test_stops_a_writer(self, phone: Phone) -> None:
        path = phone.begin()
        with phone.open_patch(path, FILM[:1000], offset=0, promised_bytes=len(FILM)) as writing:
            wait_for_staged_bytes(path, 1000)
            phone.request("DELETE", path)

            writing.sendall(FILM[1000:])

            assert writing.recv(65_536).startswith(b"HTTP/1.1 423 ")
        assert staged_bytes(path) == -1

    def test_does_not_take_a_finished_clip_away(self, phone: Phone) -> None:
        path = phone.begin()
        phone.patch(path, FILM, offset=0)

        answer = phone.request("DELETE", path)

        assert (answer.status_code, answer.json()["code"]) == (409, "illegal_move")
        assert clip_at(path).status == "processing"


class TestForeignUploads:
    @pytest.mark.parametrize("somebody", ["colleague", "curator", "outsider"])
    def test_look_like_missing_ones(
        self, phone: Phone, phone_of: PhoneOf, somebody: str, request: pytest.FixtureRequest
    ) -> None:
        path = phone.begin()
        other = phone_of(request.getfixturevalue(somebody))

        answers = [other.head(path), other.patch(path, FILM, offset=0), other.request("DELETE", path)]

        assert [answer.status_code for answer in answers] == [404, 404, 404]
        assert (upload_at(path).status, upload_at(path).lease, staged_bytes(path)) == ("open", 0, -1)


class TestExpiry:
    def test_is_told_as_gone(self, phone: Phone) -> None:
        path = phone.begin()
        _let_expire(path)

        answers = [phone.head(path), phone.patch(path, FILM, offset=0), phone.request("DELETE", path)]

        assert [answer.status_code for answer in answers] == [410, 410, 410]
        assert answers[1].json()["code"] == "upload_expired"

    def test_is_swept_with_the_bytes(self, phone: Phone) -> None:
        path = phone.begin()
        phone.patch(path, FILM[:1000], offset=0)
        _let_expire(path)

        sweep_uploads(now=timezone.now())

        assert (upload_at(path).status, clip_at(path).status, staged_bytes(path)) == ("expired", "expected", -1)
        assert phone.head(path).status_code == 410

    def test_spares_what_is_still_alive(self, phone: Phone) -> None:
        path = phone.begin()
        phone.patch(path, FILM[:1000], offset=0)

        sweep_uploads(now=timezone.now())

        assert (upload_at(path).status, staged_bytes(path)) == ("open", 1000)

    def test_makes_room_for_a_new_upload_of_the_clip_before_the_sweep(self, phone: Phone) -> None:
        path = phone.begin()
        _let_expire(path)

        second = phone.begin(clip_id=clip_at(path).id)

        assert second != path
        assert phone.patch(second, FILM, offset=0).status_code == 204


class TestRightsAtTheEnd:
    def test_are_asked_again_and_nothing_is_lost(self, phone: Phone, phone_of: PhoneOf, owner: Person) -> None:
        path = phone.begin()
        with phone.open_patch(path, FILM[:1000], offset=0, promised_bytes=len(FILM)) as writing:
            wait_for_staged_bytes(path, 1000)
            DeviceSession.objects.all().delete()
            writing.sendall(FILM[1000:])
            refusal = writing.recv(65_536)
        queued_before = queued_jobs(clip_at(path).id)

        offset = phone_of(owner).offset(path)

        assert refusal.startswith(b"HTTP/1.1 401 ")
        assert queued_before == []
        assert offset == len(FILM)
        assert clip_at(path).status == "processing"
        assert told_events() == ["media.job_queued"]


def _let_expire(path: str) -> None:
    Upload.objects.filter(pk=upload_id_of(path)).update(expires_at=timezone.now() - timedelta(seconds=1))
