"""How far uploads are, for others to see, while their bytes still come."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from datetime import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from backend.domain import tenancy
from backend.domain.accounts.models import Person
from backend.domain.clips.upload_noting import KeptBytes, record_kept_bytes
from backend.domain.clips.uploads import take_lease, terminate_upload
from backend.uploads.noting import NOTE_EVERY_S
from tests.uploads.phone import FILM, Phone
from tests.uploads.records import upload_at, wait_for_kept_bytes

HALF = len(FILM) // 2


def _wait_until_noted(path: str, count: int) -> None:
    until = time.monotonic() + 10 * NOTE_EVERY_S
    while upload_at(path).stored_bytes != count:
        assert time.monotonic() < until, "nobody was told"
        time.sleep(0.05)


class TestNoteWritersOfAProcess:
    def test_tells_how_far_a_long_request_is_before_it_ends(self, phone: Phone) -> None:
        path = phone.begin()

        with closing(phone.open_patch(path, FILM[:HALF], offset=0, promised_bytes=len(FILM))):
            _wait_until_noted(path, HALF)

        assert upload_at(path).bytes_per_second > 0

    def test_tells_of_each_of_several(self, phone: Phone) -> None:
        paths = [phone.begin() for _ in range(3)]

        with ExitStack() as links:
            for path in paths:
                links.enter_context(closing(phone.open_patch(path, FILM[:HALF], offset=0, promised_bytes=len(FILM))))
            for path in paths:
                _wait_until_noted(path, HALF)


class TestRecordKeptBytes:
    @pytest.fixture
    def kept(self, phone: Phone) -> list[KeptBytes]:
        uploads = [upload_at(phone.begin()) for _ in range(20)]
        return [KeptBytes(upload, take_lease(upload=upload, now=timezone.now()), 1_000) for upload in uploads]

    def test_notes_all_with_one_statement(self, kept: list[KeptBytes]) -> None:
        with CaptureQueriesContext(connection) as statements:
            noted = record_kept_bytes(kept, now=timezone.now())

        assert (noted, len(statements)) == (kept, 1)
        assert {tenancy.same_row(one.upload).get().stored_bytes for one in kept} == {1_000}

    def test_leaves_out_the_writer_whose_upload_a_newer_one_has(self, kept: list[KeptBytes]) -> None:
        newer = KeptBytes(kept[0].upload, take_lease(upload=kept[0].upload, now=timezone.now()), 2_000)

        noted = record_kept_bytes([*kept, newer], now=timezone.now())

        assert noted == [*kept[1:], newer]

    def test_leaves_out_an_upload_that_is_over(self, kept: list[KeptBytes], owner: Person) -> None:
        terminate_upload(actor=owner.actor, upload_id=kept[0].upload.pk, now=timezone.now())

        assert record_kept_bytes(kept, now=timezone.now()) == kept[1:]


class _HeldNote:
    """The batched note of a process, held on its way to the database until it may go on."""

    def __init__(self) -> None:
        self.is_on_its_way, self.may_arrive = threading.Event(), threading.Event()

    def __call__(self, kept: Sequence[KeptBytes], *, now: datetime) -> list[KeptBytes]:
        self.is_on_its_way.set()
        self.may_arrive.wait(10)
        return record_kept_bytes(kept, now=now)


class TestACutRequest:
    def test_has_the_last_word_on_how_far_it_came(self, monkeypatch: pytest.MonkeyPatch, phone: Phone) -> None:
        held = _HeldNote()
        monkeypatch.setattr("backend.uploads.noting.record_kept_bytes", held)
        path = phone.begin()
        with closing(phone.open_patch(path, FILM[:HALF], offset=0, promised_bytes=len(FILM))) as link:
            assert held.is_on_its_way.wait(10)
            link.sendall(FILM[HALF:-1])
            wait_for_kept_bytes(path, len(FILM) - 1)
        time.sleep(0.3)  # the cut request tells how far it came, if nothing holds it up

        held.may_arrive.set()

        _wait_until_noted(path, len(FILM) - 1)
        time.sleep(0.3)
        assert upload_at(path).stored_bytes == len(FILM) - 1
