"""Phones, servers on machines with a disk each, and one bucket: over real sockets."""

from __future__ import annotations

import hashlib
import os
import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from backend.domain.accounts.models import Person
from backend.integrations.object_store import object_store
from backend.uploads.models import BucketStaging
from backend.uploads.staging import staged
from backend.uploads.sweep import sweep_uploads
from tests.uploads.conftest import SignIn
from tests.uploads.phone import Phone, upload_id_of
from tests.uploads.records import clip_at, queued_jobs, told_events, upload_at
from tests.uploads.server_process import ServerProcess, server_process
from tests.uploads.staging.conftest import bucket_settings
from tests.uploads.staging.films import PART_BYTES

FILM = bytes(range(256)) + random.Random(4).randbytes(7 * 1024**2)
SENT_BYTES = PART_BYTES + 100_000

ServerOn = Callable[[str], ServerProcess]
PhoneAt = Callable[[ServerProcess], Phone]


@pytest.fixture(scope="module")
def disks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where each machine has a directory of its name."""
    return tmp_path_factory.mktemp("disks")


@pytest.fixture(scope="module")
def running(disks: Path, s3_endpoint: str, django_db_setup: None) -> Iterator[ServerOn]:
    """Return a function that gives the server of a machine: started once for all tests, again only if one killed it."""
    started: dict[str, ServerProcess] = {}
    with ExitStack() as ending:

        def server(machine: str) -> ServerProcess:
            if machine not in started:
                (disks / machine).mkdir()
                there = {**bucket_settings(s3_endpoint), "UPLOAD_DIR": str(disks / machine)}
                started[machine] = ending.enter_context(server_process(settings=there))
            elif not started[machine].is_running:
                started[machine].restart()
            return started[machine]

        yield server


@pytest.fixture
def server_on(bucket: None, running: ServerOn) -> ServerOn:
    """Return that function, for a test whose clips lie in the same bucket."""
    return running


@pytest.fixture
def phone_at(owner: Person, sign_in: SignIn) -> Iterator[PhoneAt]:
    """Return a function that gives the owner's phone, speaking to one server."""
    with ExitStack() as ending:

        def phone(server: ServerProcess) -> Phone:
            phone = Phone(server.address, sign_in(owner))
            ending.callback(phone.close)
            return phone

        yield phone


def wait_until_spooled(directory: Path, path: str, *, start: int, count: int) -> None:
    """Return once `count` bytes behind the part that ends at `start` lie on a machine's disk."""
    spooled = directory / f"{upload_id_of(path)}.spool" / str(start)
    until = time.monotonic() + 20
    while not spooled.exists() or spooled.stat().st_size < count:
        assert time.monotonic() < until, "the bytes did not come"
        time.sleep(0.02)


def assert_arrived(path: str) -> None:
    """Assert that the clip is on its way to the worker, once, and that the bucket has just its bytes."""
    clip = clip_at(path)
    assert clip.sha256 == hashlib.sha256(FILM).hexdigest()
    assert (queued_jobs(clip.id), told_events()) == (["render"], ["media.job_queued"])
    with closing(object_store().open(clip.original_key)) as stream:
        assert stream.read() == FILM
    assert BucketStaging.objects.count() == 0


class TestOneServer:
    @pytest.mark.parametrize("piece_bytes", [len(FILM), 3_000_000])
    def test_takes_a_film_in_pieces_of_any_size(self, server_on: ServerOn, phone_at: PhoneAt, piece_bytes: int) -> None:
        server = server_on("first")
        phone = phone_at(server)
        path = phone.begin(FILM)
        for offset in range(0, len(FILM), piece_bytes):
            answer = phone.patch(path, FILM[offset : offset + piece_bytes], offset=offset)
            assert answer.status_code == 204, answer.text

        assert_arrived(path)

    def test_refuses_another_file_than_was_declared_and_keeps_nothing(
        self, server_on: ServerOn, phone_at: PhoneAt
    ) -> None:
        server = server_on("first")
        phone = phone_at(server)
        path = phone.begin(FILM)

        answer = phone.patch(path, FILM[:-1] + b"?", offset=0)

        assert (answer.status_code, answer.json()["code"]) == (422, "upload_corrupt")
        assert (clip_at(path).status, queued_jobs(clip_at(path).id)) == ("expected", [])
        assert BucketStaging.objects.count() == 0


class TestAKilledServer:
    def test_loses_nothing_on_its_own_machine(self, server_on: ServerOn, phone_at: PhoneAt, disks: Path) -> None:
        server = server_on("first")
        phone = phone_at(server)
        path = phone.begin(FILM)
        with phone.open_patch(path, FILM[:SENT_BYTES], offset=0, promised_bytes=len(FILM)):
            wait_until_spooled(disks / "first", path, start=PART_BYTES, count=100_000)
            server.kill()
        server = server_on("first")
        phone = phone_at(server)

        offset = phone.offset(path)
        phone.patch(path, FILM[offset:], offset=offset)

        assert offset == SENT_BYTES
        assert_arrived(path)

    def test_costs_another_machine_less_than_a_part(self, server_on: ServerOn, phone_at: PhoneAt, disks: Path) -> None:
        server = server_on("first")
        phone = phone_at(server)
        path = phone.begin(FILM)
        with phone.open_patch(path, FILM[:SENT_BYTES], offset=0, promised_bytes=len(FILM)):
            wait_until_spooled(disks / "first", path, start=PART_BYTES, count=100_000)
            server.kill()
        server = server_on("second")
        phone = phone_at(server)

        offset = phone.offset(path)
        phone.patch(path, FILM[offset:], offset=offset)

        assert offset == PART_BYTES
        assert_arrived(path)


class TestAnotherMachine:
    def test_takes_over_from_a_half_open_request_within_a_second(
        self, server_on: ServerOn, phone_at: PhoneAt, disks: Path
    ) -> None:
        first, second = server_on("first"), server_on("second")
        old, new = phone_at(first), phone_at(second)
        path = old.begin(FILM)
        new.offset(path)
        with old.open_patch(path, FILM[:SENT_BYTES], offset=0, promised_bytes=len(FILM)):
            wait_until_spooled(disks / "first", path, start=PART_BYTES, count=100_000)
            begun_at = time.monotonic()

            offset = new.offset(path)
            took_s = time.monotonic() - begun_at
            new.patch(path, FILM[offset:], offset=offset)

        assert (offset, took_s < 1) == (SENT_BYTES, True)
        assert_arrived(path)

    def test_goes_on_after_a_link_that_dropped(self, server_on: ServerOn, phone_at: PhoneAt, disks: Path) -> None:
        first, second = server_on("first"), server_on("second")
        old, new = phone_at(first), phone_at(second)
        path = old.begin(FILM)
        with old.open_patch(path, FILM[:SENT_BYTES], offset=0, promised_bytes=len(FILM)):
            wait_until_spooled(disks / "first", path, start=PART_BYTES, count=100_000)

        offset = new.offset(path)
        new.patch(path, FILM[offset:], offset=offset)

        assert offset == SENT_BYTES
        assert_arrived(path)

    def test_never_mixes_what_impatient_phones_send_to_both_at_once(
        self, server_on: ServerOn, phone_at: PhoneAt
    ) -> None:
        first, second = server_on("first"), server_on("second")
        phones = [phone_at(server) for server in (first, second) * 3]
        path = phones[0].begin(FILM)

        with ThreadPoolExecutor(len(phones)) as threads:
            answers = list(threads.map(lambda phone: phone.patch(path, FILM, offset=0), phones))

        kept = phones[1].offset(path)
        if kept < len(FILM):
            phones[1].patch(path, FILM[kept:], offset=kept)
        assert {answer.status_code for answer in answers} <= {204, 400, 409, 423}
        assert_arrived(path)


class TestABucketOutOfReach:
    def test_loses_nothing_and_the_upload_ends_later(
        self, bucket: None, phone: Phone, settings: Settings, s3_endpoint: str
    ) -> None:
        film = FILM[:300_000]
        here = settings.OBJECT_STORE
        settings.OBJECT_STORE, settings.S3_ENDPOINT_URL = "s3://out-of-reach", "http://127.0.0.1:1"
        path = phone.begin(film)

        refusal = phone.patch(path, film, offset=0)
        left = (upload_at(path).status, queued_jobs(clip_at(path).id))
        settings.OBJECT_STORE, settings.S3_ENDPOINT_URL = here, s3_endpoint
        offset = phone.offset(path)

        assert (refusal.status_code, refusal.json()["code"]) == (503, "unavailable")
        assert refusal.headers["retry-after"] == "5"
        assert left == ("open", [])
        assert (offset, clip_at(path).status) == (len(film), "processing")


class TestTheSweep:
    def test_ends_a_whole_upload_whose_phone_never_asks(
        self, bucket: None, server_on: ServerOn, phone_at: PhoneAt, settings: Settings, disks: Path
    ) -> None:
        server = server_on("first")
        phone = phone_at(server)
        path = phone.begin(FILM)
        phone.patch(path, FILM[:-1], offset=0)
        settings.UPLOAD_DIR = disks / "first"
        _keep_last_byte(path)

        sweep_uploads(now=timezone.now())

        assert upload_at(path).status == "finished"
        assert_arrived(path)


def _keep_last_byte(path: str) -> None:
    """Leave an upload as a crash does between its last byte and its end."""
    kept = staged(upload_id_of(path))
    with kept.guarded():
        kept.append(FILM[-1:])
    kept.flush()
    long_ago = timezone.now().replace(year=2020)
    BucketStaging.objects.update(kept_at=long_ago)
    for spooled in kept._spools.iterdir():  # type: ignore[attr-defined]  # the S3Staged behind it
        os.utime(spooled, (long_ago.timestamp(), long_ago.timestamp()))
