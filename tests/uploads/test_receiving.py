from __future__ import annotations

import hashlib
import socket
import time
from uuid import UUID

import pytest

from backend.integrations.object_store import object_store
from tests.uploads.phone import FILM, Phone
from tests.uploads.records import (
    clip_at,
    queued_jobs,
    staged_bytes,
    staged_path,
    told_events,
    upload_at,
    wait_for_staged_bytes,
)


def _cut(link: socket.socket) -> None:
    """End a connection the hard way: the server gets a reset, not a goodbye."""
    link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00")
    link.close()


class TestReceiveWholeFile:
    def test_makes_the_clip_verified_and_queues_its_processing(self, phone: Phone) -> None:
        path = phone.begin()

        answer = phone.patch(path, FILM, offset=0)

        upload, clip = upload_at(path), clip_at(path)
        assert (answer.status_code, answer.headers["upload-offset"]) == (204, str(len(FILM)))
        assert (upload.status, upload.stored_bytes) == ("finished", len(FILM))
        assert (clip.status, clip.original_bytes) == ("processing", len(FILM))
        assert clip.sha256 == hashlib.sha256(FILM).hexdigest()
        assert clip.verified_at is not None
        assert queued_jobs(clip.id) == ["render"]
        assert told_events() == ["media.job_queued"]

    def test_moves_the_bytes_into_the_object_store(self, phone: Phone) -> None:
        path = phone.begin()

        phone.patch(path, FILM, offset=0)

        with object_store().open(clip_at(path).original_key) as stored:
            assert stored.read() == FILM
        assert staged_bytes(path) == -1

    def test_takes_many_small_pieces(self, phone: Phone) -> None:
        path = phone.begin()

        for offset in range(0, len(FILM), 65_536):
            answer = phone.patch(path, FILM[offset : offset + 65_536], offset=offset)
            assert answer.headers["upload-offset"] == str(offset + 65_536)

        assert clip_at(path).sha256 == hashlib.sha256(FILM).hexdigest()

    def test_takes_a_body_of_unknown_length(self, phone: Phone) -> None:
        path = phone.begin()

        answer = phone.patch(path, iter([FILM[:1000], FILM[1000:]]), offset=0)

        assert answer.status_code == 204
        assert clip_at(path).status == "processing"

    def test_computes_the_sha256_when_the_phone_declares_none(self, phone: Phone) -> None:
        path = phone.begin(sha256="")

        phone.patch(path, FILM, offset=0)

        assert clip_at(path).sha256 == hashlib.sha256(FILM).hexdigest()

    def test_is_done_once_when_the_last_answer_is_lost(self, phone: Phone) -> None:
        path = phone.begin()
        phone.patch(path, FILM, offset=0)

        head = phone.head(path)
        repeated = phone.patch(path, b"", offset=len(FILM))

        assert (head.headers["upload-offset"], head.headers["upload-length"]) == (str(len(FILM)), str(len(FILM)))
        assert (repeated.status_code, repeated.headers["upload-offset"]) == (204, str(len(FILM)))
        assert told_events() == ["media.job_queued"]


class TestKeepBytes:
    def test_that_came_before_a_cut_whatever_was_promised(self, phone: Phone) -> None:
        path = phone.begin()
        link = phone.open_patch(path, FILM[:100_000], offset=0, promised_bytes=len(FILM))
        wait_for_staged_bytes(path, 100_000)

        _cut(link)

        head = phone.head(path)
        assert (head.status_code, head.headers["upload-offset"]) == (200, "100000")
        assert head.headers["cache-control"] == "no-store"
        assert staged_path(path).read_bytes() == FILM[:100_000]

    def test_so_that_the_phone_goes_on_where_it_was_cut(self, phone: Phone) -> None:
        path = phone.begin()
        link = phone.open_patch(path, FILM[:100_000], offset=0, promised_bytes=len(FILM))
        wait_for_staged_bytes(path, 100_000)
        _cut(link)

        answer = phone.patch(path, FILM[100_000:], offset=phone.offset(path))

        assert answer.headers["upload-offset"] == str(len(FILM))
        assert clip_at(path).sha256 == hashlib.sha256(FILM).hexdigest()

    def test_and_queues_nothing_for_a_file_that_was_cut_short(self, phone: Phone) -> None:
        path = phone.begin()

        phone.patch(path, FILM[:-1], offset=0)

        upload, clip = upload_at(path), clip_at(path)
        assert (upload.status, upload.stored_bytes) == ("open", len(FILM) - 1)
        assert (clip.status, clip.verified_at, clip.original_key) == ("uploading", None, "")
        assert queued_jobs(clip.id) == []
        assert told_events() == []

    def test_and_gives_the_upload_seven_more_days(self, phone: Phone) -> None:
        path = phone.begin()
        at_first = upload_at(path).expires_at

        answer = phone.patch(path, b"x", offset=0)

        assert upload_at(path).expires_at > at_first
        assert "upload-expires" in answer.headers


class TestTakeOver:
    def test_lets_the_phone_come_back_while_its_old_request_is_half_open(self, phone: Phone) -> None:
        path = phone.begin()
        with phone.open_patch(path, FILM[:100_000], offset=0, promised_bytes=len(FILM)):
            wait_for_staged_bytes(path, 100_000)
            began_at = time.monotonic()

            offset = phone.offset(path)

            assert offset == 100_000
            assert time.monotonic() - began_at < 1

    def test_stops_the_old_writer_for_good(self, phone: Phone) -> None:
        path = phone.begin()
        with phone.open_patch(path, FILM[:100_000], offset=0, promised_bytes=len(FILM)) as old:
            wait_for_staged_bytes(path, 100_000)
            offset = phone.offset(path)

            old.sendall(b"what a buffer somewhere still held")
            refusal = old.recv(65_536)
            answer = phone.patch(path, FILM[offset:], offset=offset)

        assert refusal.startswith(b"HTTP/1.1 423 ")
        assert b"retry-after: 1" in refusal
        assert answer.status_code == 204
        assert clip_at(path).sha256 == hashlib.sha256(FILM).hexdigest()


class TestRefuseBytes:
    @pytest.mark.parametrize("offset", [0, 999, 1001, len(FILM)])
    def test_at_another_offset_than_the_upload_stands_at(self, phone: Phone, offset: int) -> None:
        path = phone.begin()
        phone.patch(path, FILM[:1000], offset=0)

        answer = phone.patch(path, b"x", offset=offset)

        assert (answer.status_code, answer.json()["code"]) == (409, "upload_offset_mismatch")
        assert (answer.headers["upload-offset"], answer.json()["upload_offset"]) == ("1000", 1000)
        assert staged_bytes(path) == 1000

    def test_when_more_are_announced_than_there_is_room_for(self, phone: Phone) -> None:
        path = phone.begin()

        answer = phone.patch(path, FILM + b"x", offset=0)

        assert (answer.status_code, answer.json()["code"]) == (400, "upload_overrun")
        assert staged_bytes(path) == -1

    def test_beyond_the_length_of_a_body_that_announced_none(self, phone: Phone) -> None:
        path = phone.begin()

        answer = phone.patch(path, iter([FILM, b"and more"]), offset=0)

        assert (answer.status_code, answer.json()["code"]) == (400, "upload_overrun")
        assert staged_bytes(path) == len(FILM)

    def test_that_are_not_the_declared_file(self, phone: Phone) -> None:
        path = phone.begin(sha256="0" * 64)

        answer = phone.patch(path, FILM, offset=0)

        upload, clip = upload_at(path), clip_at(path)
        assert (answer.status_code, answer.json()["code"]) == (422, "upload_corrupt")
        assert (upload.status, clip.status, clip.verified_at) == ("corrupt", "expected", None)
        assert (queued_jobs(clip.id), told_events(), staged_bytes(path)) == ([], [], -1)

    def test_and_lets_the_phone_send_a_corrupt_file_again(self, phone: Phone) -> None:
        path = phone.begin(sha256="0" * 64)
        phone.patch(path, FILM, offset=0)
        clip_id: UUID = clip_at(path).id

        asked_again = phone.head(path)
        second = phone.begin(clip_id=clip_id)
        answer = phone.patch(second, FILM, offset=0)

        assert asked_again.status_code == 422
        assert second != path
        assert answer.status_code == 204
        assert clip_at(second).status == "processing"
