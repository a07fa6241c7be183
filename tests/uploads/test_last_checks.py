"""What is asked again when every byte is here."""

from __future__ import annotations

import pytest

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.clips.content_kinds import is_surely_no_clip
from backend.domain.equipment.models import Asset
from backend.domain.threads.models import Thread
from backend.domain.threads.operations import Question, ask
from backend.domain.threads.states import ThreadStatus
from tests import cast
from tests.uploads.phone import FILM, Phone
from tests.uploads.records import clip_at, queued_jobs, staged_bytes, told_events, upload_at, wait_for_staged_bytes

NO_CLIPS = {
    "zip": b"PK\x03\x04\x14\x00\x00\x00",
    "pdf": b"%PDF-1.7\n%\xe2\xe3",
    "html": b"<!doctype html><title>Sign in to the hotel's WiFi</title>",
    "playlist": b"#EXTM3U\n#EXTINF:10,\nhttp://169.254.169.254/latest/meta-data\n",
    "concat": b"ffconcat version 1.0\nfile /etc/passwd\n",
    "letters": "Kälte – 4 °C".encode(),
    "photograph": b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "iphone photograph": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00",
    "program": b"\x7fELF\x02\x01\x01\x00",
}
CLIPS = {
    "mp4": b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00",
    "mov": b"\x00\x00\x00\x14ftypqt  \x00\x00\x00\x00",
    "webm": b"\x1a\x45\xdf\xa3\x01\x00\x00\x00",
    "ogg": b"OggS\x00\x02\x00\x00",
    "wav": b"RIFF\x24\x08\x00\x00WAVEfmt \x10\x00\x00\x00",
    "mp3": b"ID3\x04\x00\x00\x00\x00\x00\x00",
    "amr": b"#!AMR\n\x3c\x48\xf5\x1f\x96\x66",
    "unknown": bytes(range(256)),
}


class TestContentKinds:
    @pytest.mark.parametrize("kind", NO_CLIPS)
    def test_tell_what_is_never_a_clip(self, kind: str) -> None:
        assert is_surely_no_clip(NO_CLIPS[kind])

    @pytest.mark.parametrize("kind", CLIPS)
    def test_leave_the_rest_to_the_probe(self, kind: str) -> None:
        assert not is_surely_no_clip(CLIPS[kind])

    def test_know_text_though_its_last_letter_is_cut_in_half(self) -> None:
        assert is_surely_no_clip("Kä".encode()[:-1])


class TestKindByContent:
    @pytest.mark.parametrize("kind", ["zip", "html"])
    def test_is_refused_whatever_the_phone_called_it(self, phone: Phone, kind: str) -> None:
        film = NO_CLIPS[kind] * 100
        path = phone.begin(film)

        answer = phone.patch(path, film, offset=0)

        assert (answer.status_code, answer.json()["code"]) == (415, "upload_type_refused")
        assert (upload_at(path).status, clip_at(path).status, staged_bytes(path)) == ("refused", "expected", -1)
        assert (queued_jobs(clip_at(path).id), told_events()) == ([], [])

    def test_is_told_again_when_the_answer_was_lost(self, phone: Phone) -> None:
        film = NO_CLIPS["zip"]
        path = phone.begin(film)
        phone.patch(path, film, offset=0)

        assert phone.head(path).status_code == 415

    def test_lets_the_right_file_come_after_it(self, phone: Phone) -> None:
        film, clip_id = NO_CLIPS["zip"], uuid7()
        phone.patch(phone.begin(film, clip_id=clip_id), film, offset=0)

        second = phone.begin(clip_id=clip_id)
        phone.patch(second, FILM, offset=0)

        assert clip_at(second).status == "processing"


@pytest.fixture
def thread(transactional_db: None, asset: Asset, owner: Person) -> Thread:
    question = Question(asset_id=asset.pk, title="Chiller will not start", clip_id=uuid7())
    return ask(actor=owner.actor, thread_id=uuid7(), question=question, now=cast.NOW).thread


def _close(thread: Thread, status: ThreadStatus) -> None:
    Thread.objects.filter(pk=thread.pk).update(status=status, next_owner=None, next_due_at=None)


class TestThreadOfTheClip:
    @pytest.mark.parametrize("status", ["withdrawn", "duplicate", "unsolved"])
    def test_takes_no_upload_once_it_is_closed(self, phone: Phone, thread: Thread, status: str) -> None:
        _close(thread, ThreadStatus(status))

        answer = phone.create(clip_id=thread.ask_clip_id)

        assert (answer.status_code, answer.json()["code"]) == (409, "thread_closed")

    def test_is_asked_again_at_the_end(self, phone: Phone, thread: Thread) -> None:
        path = phone.begin(clip_id=thread.ask_clip_id)
        phone.patch(path, FILM[:-1], offset=0)
        before = told_events()
        _close(thread, ThreadStatus.WITHDRAWN)

        answer = phone.patch(path, FILM[-1:], offset=len(FILM) - 1)

        assert (answer.status_code, answer.json()["code"]) == (409, "thread_closed")
        assert (upload_at(path).status, clip_at(path).status, staged_bytes(path)) == ("terminated", "expected", -1)
        assert told_events() == before

    def test_that_is_parked_takes_it_still(self, phone: Phone, thread: Thread) -> None:
        path = phone.begin(clip_id=thread.ask_clip_id)
        _close(thread, ThreadStatus.PARKED)

        assert phone.patch(path, FILM, offset=0).status_code == 204

    def test_does_not_unsay_that_a_clip_is_safe(self, phone: Phone, thread: Thread) -> None:
        path = phone.begin(clip_id=thread.ask_clip_id)
        phone.patch(path, FILM, offset=0)
        _close(thread, ThreadStatus.WITHDRAWN)

        assert phone.begin(clip_id=thread.ask_clip_id) == path
        assert phone.offset(path) == len(FILM)


class TestPerson:
    def test_who_left_meanwhile_adds_nothing_and_nothing_is_queued(self, phone: Phone, owner: Person) -> None:
        path = phone.begin()
        with phone.open_patch(path, FILM[:1000], offset=0, promised_bytes=len(FILM)) as writing:
            wait_for_staged_bytes(path, 1000)
            Person.objects.filter(pk=owner.pk).update(is_active=False)

            writing.sendall(FILM[1000:])
            refusal = writing.recv(65_536)

        assert refusal.startswith(b"HTTP/1.1 401 ")
        assert (clip_at(path).status, told_events()) == ("uploading", [])
