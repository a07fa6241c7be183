"""The protocol in any order: whatever phones do one after another and at once, what is stored is what was sent."""

from __future__ import annotations

import hashlib
import random
import socket
import time
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from api_schema.ids import uuid7
from backend.integrations.object_store import object_store
from tests.uploads.phone import Phone
from tests.uploads.records import clip_at, queued_jobs, staged_bytes, staged_path, upload_at, wait_for_staged_bytes

MOST_BYTES = 200_000
SIZES = st.one_of(st.integers(1, 70_000), st.sampled_from([1, 65_535, 65_536, 65_537]))


@dataclass
class Writing:
    """A request that has begun and has not ended. `sent_bytes`: of its body."""

    link: socket.socket
    begins_at: int
    promised_bytes: int
    sent_bytes: int
    is_newest: bool = True


class PhonesAndServer(RuleBasedStateMachine):
    """
    One film, a phone that sends it, and a second request of the same phone that may stay half-open.

    `kept_least` and `kept_most` bound what the server may say; they differ only after a cut.
    """

    def __init__(self, phone: Phone) -> None:
        super().__init__()
        self.phone = phone
        self.open_links = ExitStack()
        self.writing: Writing | None = None
        self.film, self.path = b"", ""
        self.kept_least = self.kept_most = 0

    @initialize(size_bytes=st.integers(1, MOST_BYTES))
    def create(self, size_bytes: int) -> None:
        self.film = random.Random(size_bytes).randbytes(size_bytes)
        self.path = self.phone.begin(self.film, clip_id=uuid7())

    @property
    def is_whole(self) -> bool:
        return self.kept_least == len(self.film)

    def _is_settled(self) -> bool:
        return not self.is_whole and self.kept_least == self.kept_most

    def _settle(self, offset: int) -> None:
        """The server told where the upload stands; whoever wrote before writes no more."""
        self.kept_least = self.kept_most = offset
        if self.writing is not None:
            self.writing.is_newest = False

    @rule()
    def head(self) -> None:
        answer = self.phone.head(self.path)

        offset = int(answer.headers["upload-offset"])
        assert self.kept_least <= offset <= self.kept_most
        assert int(answer.headers["upload-length"]) == len(self.film)
        self._settle(offset)
        self._compare()

    @rule()
    def create_again(self) -> None:
        assert self.phone.begin(self.film, clip_id=clip_at(self.path).id) == self.path

    @precondition(_is_settled)
    @rule(size_bytes=SIZES)
    def patch(self, size_bytes: int) -> None:
        piece = self.film[self.kept_least :][:size_bytes]

        answer = self.phone.patch(self.path, piece, offset=self.kept_least)

        assert answer.status_code == 204, answer.text
        assert int(answer.headers["upload-offset"]) == self.kept_least + len(piece)
        self._settle(self.kept_least + len(piece))
        self._compare()

    @precondition(_is_settled)
    @rule(off_by=st.integers(-MOST_BYTES, MOST_BYTES).filter(bool))
    def patch_elsewhere(self, off_by: int) -> None:
        answer = self.phone.patch(self.path, b"x", offset=max(0, self.kept_least + off_by) or self.kept_least + 1)

        assert (answer.status_code, answer.json()["code"]) == (409, "upload_offset_mismatch")
        assert int(answer.headers["upload-offset"]) == self.kept_least
        self._settle(self.kept_least)
        self._compare()

    @precondition(_is_settled)
    @rule(excess_bytes=st.integers(1, 10_000))
    def patch_too_much(self, excess_bytes: int) -> None:
        rest = self.film[self.kept_least :] + bytes(excess_bytes)

        answer = self.phone.patch(self.path, rest, offset=self.kept_least)

        assert (answer.status_code, answer.json()["code"]) == (400, "upload_overrun")
        self._settle(self.kept_least)
        self._compare()

    @precondition(_is_settled)
    @rule(size_bytes=SIZES, resets=st.booleans())
    def patch_and_cut(self, size_bytes: int, resets: bool) -> None:
        begins_at, sent = self.kept_least, self.film[self.kept_least :][:size_bytes]
        self._begin_writing(sent, promised_bytes=len(self.film) - begins_at)
        assert self.writing is not None

        if resets:
            linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
            self.writing.link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.writing.link.close()

        self.writing = None
        self.kept_most = begins_at + len(sent)

    @precondition(lambda self: self._is_settled() and self.writing is None)
    @rule(size_bytes=SIZES)
    def patch_and_stay_half_open(self, size_bytes: int) -> None:
        rest_bytes = len(self.film) - self.kept_least
        sent = self.film[self.kept_least :][: min(size_bytes, rest_bytes - 1)]

        self._begin_writing(sent, promised_bytes=rest_bytes)

        self.kept_least = self.kept_most = self.kept_least + len(sent)
        if self.kept_least:
            wait_for_staged_bytes(self.path, self.kept_least)

    def _begin_writing(self, sent: bytes, *, promised_bytes: int) -> None:
        """Return once the server has begun to read: until then nothing says who comes first."""
        lease = upload_at(self.path).lease
        link = self.phone.open_patch(self.path, sent, offset=self.kept_least, promised_bytes=promised_bytes)
        self.open_links.enter_context(link)
        self.writing = Writing(link, self.kept_least, promised_bytes, len(sent))
        until = time.monotonic() + 10
        while upload_at(self.path).lease == lease:
            assert time.monotonic() < until
            time.sleep(0.005)

    @precondition(lambda self: self.writing is not None)
    @rule()
    def the_half_open_one_goes_on(self) -> None:
        assert self.writing is not None
        writing, self.writing = self.writing, None
        begins_at = writing.begins_at + writing.sent_bytes
        rest = self.film[begins_at : writing.begins_at + writing.promised_bytes]

        writing.link.sendall(rest)
        answer = writing.link.recv(65_536)

        assert answer.startswith(b"HTTP/1.1 204 " if writing.is_newest else b"HTTP/1.1 423 "), answer
        if writing.is_newest:
            self._settle(begins_at + len(rest))
        self._compare()

    @precondition(lambda self: self.kept_most < len(self.film) and self.writing is None)
    @rule()
    def terminate_and_begin_anew(self) -> None:
        clip_id = clip_at(self.path).id

        answer = self.phone.request("DELETE", self.path)

        assert (answer.status_code, self.phone.head(self.path).status_code) == (204, 404)
        assert staged_bytes(self.path) == -1
        self.path = self.phone.begin(self.film, clip_id=clip_id)
        self._settle(0)

    def _compare(self) -> None:
        """What is stored is what was sent."""
        if not self.is_whole:
            kept = staged_path(self.path).read_bytes() if staged_bytes(self.path) > 0 else b""
            assert kept == self.film[: self.kept_least]
            return
        with object_store().open(clip_at(self.path).original_key) as stored:
            assert stored.read() == self.film
        assert queued_jobs(clip_at(self.path).id) == ["render"]

    def teardown(self) -> None:
        """However the story went, the film arrives."""
        if not self.path:
            return
        with self.open_links:
            self.head()
            if not self.is_whole:
                self.patch(MOST_BYTES)
        assert clip_at(self.path).sha256 == hashlib.sha256(self.film).hexdigest()


def _play(phone: Phone, *, stories: int, steps: int) -> None:
    run_state_machine_as_test(
        lambda: PhonesAndServer(phone),
        settings=settings(
            max_examples=stories,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


class TestAnyOrder:
    def test_of_requests_stores_what_was_sent(self, phone: Phone) -> None:
        _play(phone, stories=15, steps=12)

    @pytest.mark.slow
    @pytest.mark.timeout(600)
    def test_of_very_many_requests_stores_what_was_sent(self, phone: Phone) -> None:
        _play(phone, stories=300, steps=30)
