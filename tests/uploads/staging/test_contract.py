"""What every staging promises, whatever is behind it."""

from __future__ import annotations

import hashlib
from contextlib import closing
from pathlib import Path

import pytest
from pytest_django import Settings

from backend.domain.clips.models import Upload
from backend.integrations.object_store import object_store
from backend.uploads.originals import original_key
from backend.uploads.refusals import UploadLocked
from backend.uploads.staging import staged, staged_ids
from tests.uploads.staging.conftest import BeginUpload, TakeOver
from tests.uploads.staging.films import FILM, PART_BYTES, add

pytestmark = pytest.mark.usefixtures("each_store")


def stored(upload: Upload) -> bytes:
    with closing(object_store().open(original_key(upload))) as stream:
        return stream.read()


class TestAppend:
    @pytest.mark.parametrize("size_bytes", [1, PART_BYTES - 1, PART_BYTES, PART_BYTES + 1, 2 * PART_BYTES, len(FILM)])
    def test_keeps_every_byte_in_order(self, begin: BeginUpload, take_over: TakeOver, size_bytes: int) -> None:
        upload = begin()
        kept = take_over(upload)

        add(kept, FILM[:size_bytes])

        assert (kept.size_bytes(), kept.sha256()) == (size_bytes, hashlib.sha256(FILM[:size_bytes]).hexdigest())

    def test_goes_on_where_another_request_stopped(self, begin: BeginUpload, take_over: TakeOver) -> None:
        upload = begin()
        for begin_at in range(0, len(FILM), 3_000_001):
            kept = take_over(upload)
            assert kept.size_bytes() == begin_at
            add(kept, FILM[begin_at : begin_at + 3_000_001])
            kept.flush()

        whole = take_over(upload)
        whole.store_as(original_key(upload), content_type="video/mp4")

        assert stored(upload) == FILM

    def test_takes_blocks_of_any_size(self, begin: BeginUpload, take_over: TakeOver) -> None:
        kept = take_over(begin())

        with kept.guarded():
            kept.append(memoryview(FILM))

        assert kept.size_bytes() == len(FILM)


class TestLease:
    def test_is_the_newest_writers(self, begin: BeginUpload, take_over: TakeOver) -> None:
        upload = begin()
        old = take_over(upload)
        take_over(upload)

        assert (old.lease(), staged(upload.id).lease()) == (2, 2)

    def test_is_gone_after_the_end(self, begin: BeginUpload, take_over: TakeOver) -> None:
        upload = begin()
        old = take_over(upload)

        staged(upload.id).discard()

        assert old.lease() == 0


class TestGuard:
    def test_makes_others_wait_and_give_up(self, begin: BeginUpload, take_over: TakeOver) -> None:
        upload = begin()
        busy, other = take_over(upload), staged(upload.id)

        with busy.guarded_everywhere(), pytest.raises(UploadLocked), other.guarded(wait_s=0.05):
            pass

    def test_is_free_again_afterwards(self, begin: BeginUpload, take_over: TakeOver) -> None:
        upload = begin()
        busy, other = take_over(upload), staged(upload.id)

        with busy.guarded_everywhere():
            pass
        with other.guarded_everywhere(wait_s=0.05):
            pass


class TestTruncate:
    @pytest.mark.parametrize("patch_bytes", [1000, 2 * PART_BYTES + 7])
    def test_takes_a_bad_piece_back_whole(self, begin: BeginUpload, take_over: TakeOver, patch_bytes: int) -> None:
        upload = begin()
        add(take_over(upload), FILM[:100])
        kept = take_over(upload)
        add(kept, bytes(patch_bytes), revocable=True)

        kept.truncate(100)
        kept.flush()
        again = take_over(upload)
        add(again, FILM[100:])

        assert again.sha256() == hashlib.sha256(FILM).hexdigest()

    def test_is_not_needed_for_a_good_piece(self, begin: BeginUpload, take_over: TakeOver) -> None:
        upload = begin()
        for piece in (FILM[: PART_BYTES + 9], FILM[PART_BYTES + 9 :]):
            kept = take_over(upload)
            add(kept, piece, revocable=True)
            kept.flush()

        assert take_over(upload).sha256() == hashlib.sha256(FILM).hexdigest()


class TestFirstBytes:
    @pytest.mark.parametrize("size_bytes", [100, 512, PART_BYTES + 1])
    def test_are_those_of_the_file(self, begin: BeginUpload, take_over: TakeOver, size_bytes: int) -> None:
        kept = take_over(begin())
        add(kept, FILM[:size_bytes])

        assert kept.first_bytes() == FILM[: min(size_bytes, 512)]


class TestSeal:
    @pytest.mark.parametrize("size_bytes", [1000, len(FILM)])
    def test_lets_everything_be_read_from_any_place(
        self, begin: BeginUpload, take_over: TakeOver, size_bytes: int
    ) -> None:
        kept = take_over(begin())
        add(kept, FILM[:size_bytes])

        kept.seal()
        kept.seal()
        file = kept.open()

        assert file is not None
        with file:
            assert file.read() == FILM[:size_bytes]
            file.seek(400)
            assert file.read(200) == FILM[400:600]


class TestStoreAs:
    @pytest.mark.parametrize("size_bytes", [1000, len(FILM)])
    def test_makes_the_object_once_however_often_it_is_asked(
        self, begin: BeginUpload, take_over: TakeOver, size_bytes: int
    ) -> None:
        upload = begin()
        kept = take_over(upload)
        add(kept, FILM[:size_bytes])

        for again in (kept, staged(upload.id)):
            again.store_as(original_key(upload), content_type="video/mp4")

        assert stored(upload) == FILM[:size_bytes]
        assert staged(upload.id).size_bytes() == size_bytes


class TestDiscard:
    def test_forgets_everything_however_often_it_is_asked(
        self, begin: BeginUpload, take_over: TakeOver, settings: Settings
    ) -> None:
        upload = begin()
        kept = take_over(upload)
        add(kept, FILM)
        kept.flush()

        kept.discard()
        staged(upload.id).discard()

        assert (staged(upload.id).size_bytes(), upload.id in staged_ids()) == (0, False)
        assert [path.name for path in Path(settings.UPLOAD_DIR).iterdir() if str(upload.id) in path.name] == []


class TestStagedIds:
    def test_name_what_is_kept(self, begin: BeginUpload, take_over: TakeOver) -> None:
        upload = begin()
        add(take_over(upload), FILM[:10])

        assert upload.id in staged_ids()

    def test_are_quiet_only_after_a_while(self, begin: BeginUpload, take_over: TakeOver) -> None:
        upload = begin()
        add(take_over(upload), FILM[:10])

        kept = staged(upload.id)

        assert (kept.is_quiet(for_s=60), kept.is_quiet(for_s=-1)) == (False, True)
        assert staged(begin().id).is_quiet(for_s=-1) is False
