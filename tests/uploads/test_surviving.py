"""Crashes and full disks: what was kept stays kept, and a clip that is whole arrives."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator

import pytest
from django.utils import timezone

from api_schema.ids import uuid7
from backend.domain.accounts.models import Person
from backend.uploads.sweep import sweep_uploads
from tests.uploads.conftest import SignIn
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
from tests.uploads.server_process import ServerProcess, server_process


@pytest.fixture
def server(transactional_db: None) -> Iterator[ServerProcess]:
    with server_process() as server:
        yield server


@pytest.fixture
def owners_phone(owner: Person, sign_in: SignIn) -> Iterator[Callable[[ServerProcess], Phone]]:
    """Return a function that gives the owner's phone, speaking to one server."""
    phones: list[Phone] = []

    def phone(server: ServerProcess) -> Phone:
        phones.append(Phone(server.address, sign_in(owner)))
        return phones[-1]

    yield phone
    for each in phones:
        each.close()


class TestKilledServer:
    def test_keeps_what_arrived_and_another_process_goes_on(
        self, server: ServerProcess, owners_phone: Callable[[ServerProcess], Phone]
    ) -> None:
        first = owners_phone(server)
        path = first.begin()
        with first.open_patch(path, FILM[:100_000], offset=0, promised_bytes=len(FILM)):
            wait_for_staged_bytes(path, 100_000)
            server.kill()
        with server_process() as other:
            second = owners_phone(other)

            offset = second.offset(path)
            answer = second.patch(path, FILM[offset:], offset=offset)

        assert offset == 100_000
        assert answer.status_code == 204
        assert clip_at(path).sha256 == hashlib.sha256(FILM).hexdigest()


class TestFullDisk:
    def test_is_told_and_the_upload_goes_on_later(
        self, server: ServerProcess, owners_phone: Callable[[ServerProcess], Phone]
    ) -> None:
        phone = owners_phone(server)
        path = phone.begin()
        server.limit_files_to(100_000)

        refusal = phone.patch(path, FILM, offset=0)
        kept = phone.offset(path)
        server.limit_files_to(-1)
        answer = phone.patch(path, FILM[kept:], offset=kept)

        assert (refusal.status_code, refusal.json()["code"], refusal.json()["retry"]) == (507, "storage_full", True)
        assert refusal.headers["retry-after"] == "60"
        assert kept == 100_000
        assert answer.status_code == 204
        assert clip_at(path).sha256 == hashlib.sha256(FILM).hexdigest()


class TestWholeButOpen:
    """The server died between the last byte and the end of the upload."""

    def test_is_finished_when_the_phone_asks(self, phone: Phone) -> None:
        path = phone.begin()
        staged_path(path).write_bytes(FILM)

        offset = phone.offset(path)

        assert offset == len(FILM)
        assert clip_at(path).status == "processing"
        assert told_events() == ["media.job_queued"]

    def test_is_finished_by_the_sweep_when_the_phone_never_asks(self, phone: Phone) -> None:
        path = phone.begin()
        staged_path(path).write_bytes(FILM)
        _let_rest(path)

        sweep_uploads(now=timezone.now())
        sweep_uploads(now=timezone.now())

        assert (upload_at(path).status, clip_at(path).status, staged_bytes(path)) == ("finished", "processing", -1)
        assert queued_jobs(clip_at(path).id) == ["render"]

    def test_is_left_to_the_request_that_just_wrote_the_last_byte(self, phone: Phone) -> None:
        path = phone.begin()
        staged_path(path).write_bytes(FILM)

        sweep_uploads(now=timezone.now())

        assert upload_at(path).status == "open"

    def test_is_not_finished_for_somebody_who_left(self, phone: Phone, owner: Person) -> None:
        path = phone.begin()
        staged_path(path).write_bytes(FILM)
        _let_rest(path)
        Person.objects.filter(pk=owner.pk).update(is_active=False)

        sweep_uploads(now=timezone.now())

        assert upload_at(path).status == "open"
        assert queued_jobs(clip_at(path).id) == []

    def test_is_found_out_by_the_sweep_when_it_is_corrupt(self, phone: Phone) -> None:
        path = phone.begin()
        staged_path(path).write_bytes(FILM[::-1])
        _let_rest(path)

        sweep_uploads(now=timezone.now())

        assert (upload_at(path).status, clip_at(path).status, staged_bytes(path)) == ("corrupt", "expected", -1)


class TestSweep:
    def test_removes_bytes_that_no_upload_wants(self, phone: Phone) -> None:
        path = f"/api/v1/uploads/{uuid7()}"
        staged_path(path).write_bytes(FILM)

        sweep_uploads(now=timezone.now())

        assert staged_bytes(path) == -1

    def test_leaves_files_alone_that_are_not_ours(self, phone: Phone) -> None:
        note = staged_path(phone.begin()).with_name("README")
        note.write_text("an operator's note")

        sweep_uploads(now=timezone.now())

        assert note.exists()


def _let_rest(path: str) -> None:
    two_minutes_ago = time.time() - 120
    os.utime(staged_path(path), (two_minutes_ago, two_minutes_ago))
