"""One upload, several machines with a disk each, one bucket: nothing that was promised is lost, nothing mixes."""

from __future__ import annotations

import hashlib
import time
from contextlib import closing

import pytest

from backend.domain.clips.models import Upload
from backend.integrations.object_store import object_store
from backend.uploads.originals import original_key
from backend.uploads.refusals import Superseded
from backend.uploads.staging import staged
from backend.uploads.staging.base import Staged
from tests.uploads.staging.conftest import BeginUpload, OnMachine, TakeOver, end_watch
from tests.uploads.staging.films import FILM, PART_BYTES, add

pytestmark = pytest.mark.usefixtures("bucket")

BEHIND_A_PART = PART_BYTES + 1_000_000


@pytest.fixture
def upload(begin: BeginUpload) -> Upload:
    return begin()


class TestAnotherMachine:
    def test_goes_on_where_the_first_ended_its_request(
        self, upload: Upload, take_over: TakeOver, on_machine: OnMachine
    ) -> None:
        with on_machine("first"):
            kept = take_over(upload)
            add(kept, FILM[:BEHIND_A_PART])
            kept.flush()
        with on_machine("second"):
            kept = take_over(upload)
            offset = kept.size_bytes()
            add(kept, FILM[offset:])

            sha256 = kept.sha256()

        assert (offset, sha256) == (BEHIND_A_PART, hashlib.sha256(FILM).hexdigest())

    def test_gets_all_of_a_half_open_request_within_a_second(
        self, upload: Upload, take_over: TakeOver, on_machine: OnMachine
    ) -> None:
        with on_machine("first"):
            half_open = take_over(upload)
            add(half_open, FILM[:BEHIND_A_PART])
        with on_machine("second"):
            begun_at = time.monotonic()

            offset = take_over(upload).size_bytes()

        assert offset == BEHIND_A_PART
        assert time.monotonic() - begun_at < 1

    def test_gets_what_the_bucket_has_when_the_first_is_dead(
        self, upload: Upload, take_over: TakeOver, on_machine: OnMachine
    ) -> None:
        with on_machine("first"):
            dead = take_over(upload)
            add(dead, FILM[:100])
            dead.flush()
            add(dead, FILM[100:BEHIND_A_PART])
            end_watch()  # it dies: a look that is under way would still answer for it
        with on_machine("second"):
            kept = take_over(upload)
            offset = kept.size_bytes()
            add(kept, FILM[offset:])

            sha256 = kept.sha256()

        assert (offset, sha256) == (PART_BYTES, hashlib.sha256(FILM).hexdigest())

    def test_ends_an_upload_that_lies_whole_on_the_first(
        self, upload: Upload, take_over: TakeOver, on_machine: OnMachine
    ) -> None:
        with on_machine("first"):
            kept = take_over(upload)
            add(kept, FILM)
            kept.flush()
        with on_machine("second"):
            kept = staged(upload.id)
            with kept.guarded_everywhere():
                kept.store_as(original_key(upload), content_type="video/mp4")

        with closing(object_store().open(original_key(upload))) as stream:
            assert stream.read() == FILM


class TestAnOldWriter:
    @pytest.mark.parametrize("more_bytes", [10, 2 * PART_BYTES])
    def test_is_stopped_and_changes_nothing(
        self, upload: Upload, take_over: TakeOver, on_machine: OnMachine, more_bytes: int
    ) -> None:
        with on_machine("first"):
            old = take_over(upload)
            add(old, FILM[:BEHIND_A_PART])
        with on_machine("second"):
            new = take_over(upload)
            add(new, FILM[BEHIND_A_PART:])

            with pytest.raises(Superseded):
                _add_and_flush(old, bytes(more_bytes))

            assert new.sha256() == hashlib.sha256(FILM).hexdigest()

    def test_whose_part_arrives_late_overwrites_none(
        self, upload: Upload, take_over: TakeOver, on_machine: OnMachine
    ) -> None:
        with on_machine("first"):
            old = take_over(upload)
            add(old, bytes(PART_BYTES))
            end_watch()  # it dies
        with on_machine("second"):
            new = take_over(upload)
            add(new, FILM)
            with pytest.raises(Superseded):
                add(old, bytes(1))

            new.seal()

            assert new.sha256() == hashlib.sha256(FILM).hexdigest()


def _add_and_flush(kept: Staged, content: bytes) -> None:
    add(kept, content)
    kept.flush()


class TestTheFirstMachine:
    def test_does_not_take_its_old_bytes_for_the_newest(
        self, upload: Upload, take_over: TakeOver, on_machine: OnMachine
    ) -> None:
        with on_machine("first"):
            old = take_over(upload)
            add(old, bytes(1000))
            end_watch()  # it dies, with its bytes
        with on_machine("second"):
            kept = take_over(upload)
            add(kept, FILM[:700])
            kept.flush()
        with on_machine("first"):
            kept = take_over(upload)
            offset = kept.size_bytes()
            add(kept, FILM[offset:])

            sha256 = kept.sha256()

        assert kept.rewinds() > old.rewinds()  # what its process hashed counts no more
        assert (offset, sha256) == (700, hashlib.sha256(FILM).hexdigest())

    def test_loses_nothing_when_its_process_is_killed(
        self, upload: Upload, take_over: TakeOver, on_machine: OnMachine
    ) -> None:
        with on_machine("first"):
            killed = take_over(upload)
            add(killed, FILM[:BEHIND_A_PART])
            end_watch()  # it dies, its disk does not

            offset = take_over(upload).size_bytes()
        with on_machine("second"):
            elsewhere = take_over(upload).size_bytes()

        assert (offset, elsewhere) == (BEHIND_A_PART, BEHIND_A_PART)

    def test_whose_disk_was_emptied_reads_the_bucket(
        self, upload: Upload, take_over: TakeOver, on_machine: OnMachine
    ) -> None:
        with on_machine("first"):
            kept = take_over(upload)
            add(kept, FILM[:1000])
            kept.flush()
            for spooled in kept._spools.iterdir():  # type: ignore[attr-defined]  # as above
                spooled.unlink()

            assert take_over(upload).size_bytes() == 1000
