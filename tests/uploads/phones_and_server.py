"""The protocol in any order: whatever phones do one after another and at once, what is stored is what was sent."""

from __future__ import annotations

import hashlib
import random
import socket
import time
from contextlib import ExitStack
from dataclasses import dataclass

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from api_schema.ids import uuid7
from backend.integrations.object_store import object_store
from backend.uploads.staging import staged
from tests.uploads.phone import Phone, checksum_of, upload_id_of
from tests.uploads.records import clip_at, kept_bytes, queued_jobs, upload_at, wait_for_kept_bytes

MOST_UNITS = 200_000
UNITS = st.one_of(st.integers(1, 70_000), st.sampled_from([1, 65_535, 65_536, 65_537]))


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

    def __init__(self, phone: Phone, unit_bytes: int) -> None:
        super().__init__()
        self.phone = phone
        self.unit_bytes = unit_bytes
        self.open_links = ExitStack()
        self.writing: Writing | None = None
        self.film, self.path = b"", ""
        self.kept_least = self.kept_most = 0

    @initialize(units=st.integers(1, MOST_UNITS))
    def create(self, units: int) -> None:
        # No text begins so: text is refused at the end.
        self.film = b"\0" + random.Random(units).randbytes(units * self.unit_bytes - 1)
        self.path = self.phone.begin(self.film, clip_id=uuid7())

    @property
    def is_whole(self) -> bool:
        return self.kept_least == len(self.film)

    def _lacks_bytes(self) -> bool:
        """
        Return whether there is something to send; after a cut, ask first.

        No precondition of a rule, because how much a cut leaves is never the same twice.
        """
        if self.kept_least != self.kept_most:
            self.head()
        return not self.is_whole

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

    @rule(units=UNITS)
    def patch(self, units: int) -> None:
        if not self._lacks_bytes():
            return
        piece = self.film[self.kept_least :][: units * self.unit_bytes]

        answer = self.phone.patch(self.path, piece, offset=self.kept_least)

        assert answer.status_code == 204, answer.text
        assert int(answer.headers["upload-offset"]) == self.kept_least + len(piece)
        self._settle(self.kept_least + len(piece))
        self._compare()

    @rule(units=UNITS, kind=st.sampled_from(["sha1", "sha256", "crc32"]), is_right=st.booleans())
    def patch_with_checksum(self, units: int, kind: str, is_right: bool) -> None:
        if not self._lacks_bytes():
            return
        piece = self.film[self.kept_least :][: units * self.unit_bytes]
        checksum = checksum_of(kind, piece if is_right else piece + b"x")

        answer = self.phone.patch(self.path, piece, offset=self.kept_least, checksum=checksum)

        assert answer.status_code == (204 if is_right else 460), answer.text
        self._settle(self.kept_least + is_right * len(piece))
        self._compare()

    @rule(off_by=st.integers(-MOST_UNITS, MOST_UNITS).filter(bool))
    def patch_elsewhere(self, off_by: int) -> None:
        if not self._lacks_bytes():
            return
        answer = self.phone.patch(self.path, b"x", offset=max(0, self.kept_least + off_by) or self.kept_least + 1)

        assert (answer.status_code, answer.json()["code"]) == (409, "upload_offset_mismatch")
        assert int(answer.headers["upload-offset"]) == self.kept_least
        self._settle(self.kept_least)
        self._compare()

    @rule(excess_bytes=st.integers(1, 10_000))
    def patch_too_much(self, excess_bytes: int) -> None:
        if not self._lacks_bytes():
            return
        rest = self.film[self.kept_least :] + bytes(excess_bytes)

        answer = self.phone.patch(self.path, rest, offset=self.kept_least)

        assert (answer.status_code, answer.json()["code"]) == (400, "upload_overrun")
        self._settle(self.kept_least)
        self._compare()

    @rule(units=UNITS, resets=st.booleans())
    def patch_and_cut(self, units: int, resets: bool) -> None:
        if not self._lacks_bytes():
            return
        begins_at, sent = self.kept_least, self.film[self.kept_least :][: units * self.unit_bytes]
        self._begin_writing(sent, promised_bytes=len(self.film) - begins_at)
        assert self.writing is not None

        if resets:
            linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
            self.writing.link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.writing.link.close()

        self.writing = None
        self.kept_most = begins_at + len(sent)

    @rule(units=UNITS)
    def patch_and_stay_half_open(self, units: int) -> None:
        if self.writing is not None or not self._lacks_bytes():
            return
        rest_bytes = len(self.film) - self.kept_least
        sent = self.film[self.kept_least :][: min(units * self.unit_bytes, rest_bytes - 1)]

        self._begin_writing(sent, promised_bytes=rest_bytes)

        self.kept_least = self.kept_most = self.kept_least + len(sent)
        wait_for_kept_bytes(self.path, self.kept_least)

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

    @rule()
    def the_half_open_one_goes_on(self) -> None:
        if self.writing is None:
            return
        writing, self.writing = self.writing, None
        begins_at = writing.begins_at + writing.sent_bytes
        rest = self.film[begins_at : writing.begins_at + writing.promised_bytes]

        writing.link.sendall(rest if writing.is_newest else rest[:4096])  # who is refused is not read to the end
        answer = writing.link.recv(65_536)

        assert answer.startswith(b"HTTP/1.1 204 " if writing.is_newest else b"HTTP/1.1 423 "), answer
        if writing.is_newest:
            self._settle(begins_at + len(rest))
        self._compare()

    @rule()
    def terminate_and_begin_anew(self) -> None:
        if self.writing is not None or self.kept_most == len(self.film):
            return
        clip_id = clip_at(self.path).id

        answer = self.phone.request("DELETE", self.path)

        assert (answer.status_code, self.phone.head(self.path).status_code) == (204, 404)
        assert kept_bytes(self.path) == 0
        self.path = self.phone.begin(self.film, clip_id=clip_id)
        self._settle(0)

    def _compare(self) -> None:
        """What is stored is what was sent."""
        if not self.is_whole:
            self._compare_kept()
            return
        with object_store().open(clip_at(self.path).original_key) as stored:
            assert stored.read() == self.film
        assert queued_jobs(clip_at(self.path).id) == ["render"]

    def _compare_kept(self) -> None:
        assert kept_bytes(self.path) == self.kept_least
        file = staged(upload_id_of(self.path)).open()
        if file is not None:  # a bucket shows its parts when all of them are there
            with file:
                assert file.read() == self.film[: self.kept_least]

    def teardown(self) -> None:
        """However the story went, the film arrives."""
        if not self.path:
            return
        with self.open_links:
            self.head()
            if not self.is_whole:
                self.patch(MOST_UNITS)
        assert clip_at(self.path).sha256 == hashlib.sha256(self.film).hexdigest()


def play(phone: Phone, *, stories: int, steps: int, unit_bytes: int = 1) -> None:
    """Play this many stories with one phone; `unit_bytes` multiplies the sizes of films and pieces."""
    run_state_machine_as_test(
        lambda: PhonesAndServer(phone, unit_bytes),  # type: ignore[arg-type]  # any factory will do
        settings=settings(
            max_examples=stories,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
