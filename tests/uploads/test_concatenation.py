"""concatenation: a clip that was recorded, or sent, in pieces."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from uuid import UUID

import httpx
import pytest
from django.utils import timezone

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.clips.models import Clip, Upload
from backend.uploads.sweep import sweep_uploads
from tests.uploads.conftest import PhoneOf
from tests.uploads.phone import FILM, UPLOADS, Phone, metadata
from tests.uploads.records import clip_at, queued_jobs, staged_bytes, staged_path, told_events, upload_at

HALF = len(FILM) // 2 - 1  # so that the two differ


def begin_piece(phone: Phone, length: int) -> str:
    answer = phone.request("POST", UPLOADS, headers={"Upload-Concat": "partial", "Upload-Length": str(length)})
    assert answer.status_code == 201, answer.text
    return answer.headers["location"]


def send_piece(phone: Phone, body: bytes) -> str:
    """Return the path of a whole piece."""
    path = begin_piece(phone, len(body))
    assert phone.patch(path, body, offset=0).status_code == 204
    return path


def join(
    phone: Phone, pieces: Iterable[str], *, clip_id: UUID | None = None, sha256: str | None = None
) -> httpx.Response:
    told = {"clip_id": str(clip_id or uuid7()), "filename": "fault.mp4"} | ({"sha256": sha256} if sha256 else {})
    headers = {"Upload-Concat": "final;" + " ".join(pieces), "Upload-Metadata": metadata(**told)}
    return phone.request("POST", UPLOADS, headers=headers)


class TestPiece:
    def test_is_of_no_clip_and_queues_nothing(self, phone: Phone) -> None:
        path = send_piece(phone, FILM[:HALF])

        assert (upload_at(path).kind, upload_at(path).status, staged_bytes(path)) == ("partial", "open", HALF)
        assert (Clip.objects.count(), told_events()) == (0, [])

    def test_says_that_it_is_one(self, phone: Phone) -> None:
        path = begin_piece(phone, HALF)
        phone.patch(path, FILM[:1000], offset=0)

        head = phone.head(path)

        assert (head.headers["upload-concat"], head.headers["upload-offset"]) == ("partial", "1000")
        assert head.headers["upload-length"] == str(HALF)

    def test_survives_a_cut_as_any_upload(self, phone: Phone) -> None:
        path = begin_piece(phone, HALF)
        phone.patch(path, FILM[:1000], offset=0)

        answer = phone.patch(path, FILM[1000:HALF], offset=phone.offset(path))

        assert answer.headers["upload-offset"] == str(HALF)

    def test_may_be_given_up(self, phone: Phone) -> None:
        path = send_piece(phone, FILM[:HALF])

        assert phone.request("DELETE", path).status_code == 204
        assert (upload_at(path).status, staged_bytes(path)) == ("terminated", -1)

    def test_is_left_alone_by_the_sweep_though_it_is_whole(self, phone: Phone) -> None:
        path = send_piece(phone, FILM[:HALF])

        sweep_uploads(now=timezone.now())

        assert (upload_at(path).status, staged_bytes(path)) == ("open", HALF)


class TestJoin:
    def test_makes_one_verified_clip_of_the_pieces_in_the_order_told(self, phone: Phone) -> None:
        second, first = send_piece(phone, FILM[HALF:]), send_piece(phone, FILM[:HALF])

        answer = join(phone, [first, second], sha256=hashlib.sha256(FILM).hexdigest())

        path = answer.headers["location"]
        assert answer.status_code == 201
        assert (upload_at(path).status, upload_at(path).kind) == ("finished", "final")
        assert clip_at(path).sha256 == hashlib.sha256(FILM).hexdigest()
        assert queued_jobs(clip_at(path).id) == ["render"]

    def test_forgets_the_pieces(self, phone: Phone) -> None:
        pieces = [send_piece(phone, FILM[:HALF]), send_piece(phone, FILM[HALF:])]

        join(phone, pieces)

        assert [(upload_at(piece).status, staged_bytes(piece)) for piece in pieces] == [("joined", -1)] * 2
        assert phone.offset(pieces[0]) == HALF

    def test_tells_what_it_was_made_of(self, phone: Phone) -> None:
        pieces = [send_piece(phone, FILM[:HALF]), send_piece(phone, FILM[HALF:])]

        head = phone.head(join(phone, pieces).headers["location"])

        assert head.headers["upload-concat"] == "final;" + " ".join(pieces)
        assert (head.headers["upload-offset"], head.headers["upload-length"]) == (str(len(FILM)), str(len(FILM)))

    def test_takes_whole_addresses_too(self, phone: Phone) -> None:
        pieces = [phone.address + send_piece(phone, FILM[:HALF]), phone.address + send_piece(phone, FILM[HALF:])]

        assert join(phone, pieces).status_code == 201

    def test_is_done_once_when_the_phone_asks_twice(self, phone: Phone) -> None:
        pieces, clip_id = [send_piece(phone, FILM)], uuid7()

        first, second = join(phone, pieces, clip_id=clip_id), join(phone, pieces, clip_id=clip_id)

        assert (first.status_code, second.status_code) == (201, 201)
        assert first.headers["location"] == second.headers["location"]
        assert told_events() == ["media.job_queued"]

    def test_goes_on_where_a_crash_stopped_it(self, phone: Phone) -> None:
        pieces, clip_id = [send_piece(phone, FILM[:HALF])], uuid7()
        pieces.append(begin_piece(phone, len(FILM) - HALF))
        waiting = join(phone, pieces, clip_id=clip_id)
        final = f"{UPLOADS}/{Upload.objects.get(kind='final').id}"
        staged_path(final).write_bytes(FILM[:1000])
        phone.patch(pieces[1], FILM[HALF:], offset=0)

        answer = join(phone, pieces, clip_id=clip_id, sha256=None)

        assert (waiting.status_code, waiting.json()["code"]) == (409, "upload_pieces_missing")
        assert answer.headers["location"] == final
        assert clip_at(final).sha256 == hashlib.sha256(FILM).hexdigest()

    def test_that_is_not_done_has_no_offset(self, phone: Phone) -> None:
        piece = begin_piece(phone, HALF)
        join(phone, [piece])
        final = f"{UPLOADS}/{Upload.objects.get(kind='final').id}"

        head = phone.head(final)

        assert (head.status_code, head.headers["upload-concat"]) == (200, f"final;{piece}")
        assert "upload-offset" not in head.headers

    def test_takes_no_bytes_of_its_own(self, phone: Phone) -> None:
        final = join(phone, [send_piece(phone, FILM)]).headers["location"]

        answer = phone.patch(final, b"x", offset=len(FILM))

        assert (answer.status_code, answer.json()["code"]) == (403, "upload_is_joined")

    def test_of_other_bytes_than_declared_is_corrupt_and_queues_nothing(self, phone: Phone) -> None:
        pieces = [send_piece(phone, FILM[:HALF]), send_piece(phone, FILM[HALF:])]

        answer = join(phone, reversed(pieces), sha256=hashlib.sha256(FILM).hexdigest())

        assert (answer.status_code, answer.json()["code"]) == (422, "upload_corrupt")
        assert (Clip.objects.get().status, told_events()) == ("expected", [])
        assert [phone.head(piece).status_code for piece in pieces] == [404, 404]


class TestRefuseJoin:
    @pytest.mark.parametrize(
        "told", ["whole", "final", "final;", "final;/etc/passwd", "final;/files/01a20554-184b-7e7e-b357-1"]
    )
    def test_that_is_none(self, phone: Phone, told: str) -> None:
        headers = {"Upload-Concat": told, "Upload-Metadata": metadata(clip_id=str(uuid7()))}

        answer = phone.request("POST", UPLOADS, headers=headers)

        assert (answer.status_code, answer.json()["code"]) == (400, "malformed_request")
        assert Upload.objects.count() == 0

    @pytest.mark.parametrize("somebody", ["colleague", "outsider"])
    def test_of_pieces_of_somebody_else(
        self, phone: Phone, phone_of: PhoneOf, somebody: str, request: pytest.FixtureRequest
    ) -> None:
        piece = send_piece(phone, FILM)
        other: Person = request.getfixturevalue(somebody)

        answer = join(phone_of(other), [piece])

        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        assert (upload_at(piece).status, Clip.objects.count()) == ("open", 0)

    def test_of_pieces_that_went_into_another_clip(self, phone: Phone) -> None:
        piece = send_piece(phone, FILM)
        join(phone, [piece])

        answer = join(phone, [piece])

        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")

    def test_of_a_piece_without_a_length(self, phone: Phone) -> None:
        begun = phone.request("POST", UPLOADS, headers={"Upload-Concat": "partial", "Upload-Defer-Length": "1"})

        answer = join(phone, [begun.headers["location"]])

        assert (answer.status_code, answer.json()["code"]) == (409, "upload_pieces_missing")

    def test_without_a_clip(self, phone: Phone) -> None:
        piece = send_piece(phone, FILM)

        answer = phone.request("POST", UPLOADS, headers={"Upload-Concat": f"final;{piece}"})

        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_input")
