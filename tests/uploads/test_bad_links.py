"""Every way a link can break, at every kind of byte: what the server says it kept is what the phone sent."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.domain.clips.models import Upload
from tests.uploads.conftest import SignIn
from tests.uploads.phone import BYTES_TYPE, FILM, UPLOADS, Phone, metadata
from tests.uploads.proxy import BadLink, Fault, Trouble
from tests.uploads.records import clip_at, queued_jobs, staged_bytes, staged_path, told_events, wait_for_staged_bytes

PLACES = {
    "in the head": -7,
    "before the body": 0,
    "after one byte": 1,
    "before a block's end": 65_535,
    "at a block's end": 65_536,
    "behind a block's end": 65_537,
    "in the middle": len(FILM) // 2,
    "before the last byte": len(FILM) - 1,
}


@pytest.fixture
def roof(link: BadLink, owner: Person, sign_in: SignIn) -> Iterator[Phone]:
    """The owner's phone behind the bad link."""
    phone = Phone(link.address, sign_in(owner))
    yield phone
    phone.close()


def _sent_in_vain(phone: Phone, path: str) -> None:
    with pytest.raises(httpx.TransportError):
        phone.patch(path, FILM, offset=0)


def _send_rest(phone: Phone, path: str) -> httpx.Response:
    """Go on the way clients do: ask, send the rest; told of another offset, ask again."""
    offset = phone.offset(path)
    answer = phone.patch(path, FILM[offset:], offset=offset)
    if answer.status_code == 409:  # the broken request came to its turn only after the question
        return _send_rest(phone, path)
    return answer


class TestLinkBreaks:
    @pytest.mark.parametrize("fault", [Fault.DROP, Fault.RESET, Fault.HALF_OPEN])
    def test_and_nothing_is_lost_of_what_went_through(
        self, roof: Phone, link: BadLink, fault: Fault, subtests: pytest.Subtests
    ) -> None:
        for place, after_bytes in PLACES.items():
            with subtests.test(place):
                path = roof.begin()
                through_bytes = max(0, after_bytes)
                link.plan(Trouble(fault, after_bytes))

                _sent_in_vain(roof, path)
                _wait_for_bytes(path, through_bytes)
                kept = roof.offset(path)
                on_disk = staged_path(path).read_bytes() if kept else b""
                answer = _send_rest(roof, path)

                assert kept == through_bytes
                assert on_disk == FILM[:kept]
                assert answer.status_code == 204
                assert clip_at(path).sha256 == hashlib.sha256(FILM).hexdigest()

    def test_once_with_every_piece(self, roof: Phone, link: BadLink) -> None:
        path = roof.begin()
        link.plan(*[Trouble(fault, 20_000) for fault in (Fault.RESET, Fault.DROP, Fault.HALF_OPEN) * 3])

        while not link.is_calm:
            with suppress(httpx.TransportError):
                _send_rest(roof, path)
        answer = _send_rest(roof, path)

        assert answer.status_code == 204
        assert clip_at(path).sha256 == hashlib.sha256(FILM).hexdigest()


class TestLostAnswer:
    def test_of_the_last_piece_is_no_second_clip(self, roof: Phone, link: BadLink) -> None:
        path = roof.begin()
        link.plan(Trouble(Fault.LOST_ANSWER))

        _sent_in_vain(roof, path)
        offset = roof.offset(path)

        assert offset == len(FILM)
        assert queued_jobs(clip_at(path).id) == ["render"]
        assert told_events() == ["media.job_queued"]

    def test_of_a_creation_is_the_same_upload(self, roof: Phone, link: BadLink) -> None:
        clip_id = uuid7()
        link.plan(Trouble(Fault.LOST_ANSWER, method="POST"))

        with pytest.raises(httpx.TransportError):
            roof.create(clip_id=clip_id)
        path = roof.begin(clip_id=clip_id)

        assert Upload.objects.count() == 1
        assert roof.patch(path, FILM, offset=0).status_code == 204

    def test_of_a_creation_with_bytes_tells_the_second_time_how_many_are_here(self, roof: Phone, link: BadLink) -> None:
        headers = {
            "Upload-Length": str(len(FILM)),
            "Upload-Metadata": metadata(clip_id=str(uuid7())),
            "Content-Type": BYTES_TYPE,
        }
        link.plan(Trouble(Fault.LOST_ANSWER, method="POST"))

        with pytest.raises(httpx.TransportError):
            roof.request("POST", UPLOADS, headers=headers, content=FILM[:1000])
        again = roof.request("POST", UPLOADS, headers=headers, content=FILM[:1000])

        assert (again.status_code, again.headers["upload-offset"]) == (201, "1000")
        assert staged_bytes(again.headers["location"]) == 1000

    def test_of_an_ending_is_found_out_by_the_second(self, roof: Phone, link: BadLink) -> None:
        path = roof.begin()
        link.plan(Trouble(Fault.LOST_ANSWER, method="DELETE"))

        with pytest.raises(httpx.TransportError):
            roof.request("DELETE", path)
        again = roof.request("DELETE", path)

        assert again.status_code == 404
        assert clip_at(path).status == "expected"


class TestPoorLink:
    @pytest.mark.parametrize("fault", [Fault.STALL, Fault.SLOW])
    def test_takes_time_and_nothing_else(self, roof: Phone, link: BadLink, fault: Fault) -> None:
        path = roof.begin()
        link.plan(Trouble(fault, 100_000))

        answer = roof.patch(path, FILM, offset=0)

        assert answer.status_code == 204
        assert clip_at(path).sha256 == hashlib.sha256(FILM).hexdigest()

    def test_that_stays_half_open_is_taken_over_within_a_second(self, roof: Phone, link: BadLink) -> None:
        path = roof.begin()
        link.plan(Trouble(Fault.HALF_OPEN, 100_000))
        _sent_in_vain(roof, path)
        began_at = time.monotonic()

        offset = roof.offset(path)

        assert time.monotonic() - began_at < 1
        assert offset <= 100_000
        assert _send_rest(roof, path).status_code == 204


def _wait_for_bytes(path: str, count: int) -> None:
    if count:  # before the first byte there is no file
        wait_for_staged_bytes(path, count)
