"""Files that are no clips, or try to be more than one: each ends as a failure with a code, and nothing else happens."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from api_schema.media_jobs import FailureCode, JobKind, Limits, final_failures
from media_worker.job import Worker
from tests.media_worker import footage
from tests.media_worker.fake_backend import LIMITS, FakeBackend, Job


def reject(worker: Worker, backend: FakeBackend, source: bytes, limits: Limits = LIMITS) -> Job:
    job = backend.add(Job(kind=JobKind.RENDER, source=source, limits=limits))
    return run(worker, job)


def run(worker: Worker, job: Job) -> Job:
    worker.run_job(job.job_id)
    assert job.result is None
    assert len(job.failures) == 1
    return job


def empty(_: Path) -> bytes:
    return b""


def text(_: Path) -> bytes:
    return b"This is a delivery note, not a video.\n" * 100


def concat_script(directory: Path) -> bytes:
    """Return a script that makes a careless ffmpeg read the file beside it."""
    secret = footage.film(directory / "secret.mp4", seconds=1)
    return f"ffconcat version 1.0\nfile '{secret}'\n".encode()


def playlist(directory: Path) -> bytes:
    secret = footage.film(directory / "secret.mp4", seconds=1)
    return f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://{secret}\n#EXT-X-ENDLIST\n".encode()


def playlist_to_inside(_: Path) -> bytes:
    return b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1:1/secret.ts\n#EXT-X-ENDLIST\n"


def archive(directory: Path) -> bytes:
    with zipfile.ZipFile(directory / "parts.zip", "w") as parts:
        parts.writestr("part.mp4", b"\0" * 10_000)
    return (directory / "parts.zip").read_bytes()


def timestamp_bomb(directory: Path) -> bytes:
    return footage.make_timestamp_bomb(directory / "bomb.mp4").read_bytes()


def cut_with_index_first(directory: Path) -> bytes:
    content = footage.film(directory / "whole.mp4", seconds=3).read_bytes()
    return content[: len(content) * 6 // 10]


def cut_before_its_index(directory: Path) -> bytes:
    footage.run_ffmpeg("-i", footage.film(directory / "whole.mp4"), "-c", "copy", directory / "late.mp4")
    content = (directory / "late.mp4").read_bytes()
    return content[: len(content) * 6 // 10]


def cut_matroska(directory: Path) -> bytes:
    footage.run_ffmpeg("-i", footage.film(directory / "whole.mp4", seconds=12), "-c", "copy", directory / "whole.mkv")
    content = (directory / "whole.mkv").read_bytes()
    return content[: len(content) * 6 // 10]


def undecodable(directory: Path) -> bytes:
    content = footage.film(directory / "whole.mp4", sound=False).read_bytes()
    return content.replace(b"avc1", b"xyz1")


class TestReject:
    @pytest.mark.parametrize(
        ("make", "code"),
        [
            (empty, FailureCode.NOT_A_VIDEO),
            (text, FailureCode.NOT_A_VIDEO),
            (concat_script, FailureCode.NOT_A_VIDEO),
            (playlist, FailureCode.NOT_A_VIDEO),
            (playlist_to_inside, FailureCode.NOT_A_VIDEO),
            (archive, FailureCode.NOT_A_VIDEO),
            (timestamp_bomb, FailureCode.TOO_LONG),
            (cut_with_index_first, FailureCode.CUT_SHORT),
            (cut_before_its_index, FailureCode.CUT_SHORT),
            (cut_matroska, FailureCode.CUT_SHORT),
            (undecodable, FailureCode.UNDECODABLE),
        ],
    )
    def test_says_why_in_a_sentence_for_the_person_who_filmed(
        self, worker: Worker, backend: FakeBackend, tmp_path: Path, make: Callable[[Path], bytes], code: FailureCode
    ) -> None:
        job = reject(worker, backend, make(tmp_path))

        (failure,) = job.failures
        assert failure.code is code
        assert code in final_failures
        assert failure.detail.endswith(".")
        assert "/" not in failure.detail

    def test_refuses_more_pixels_than_the_job_allows(
        self, worker: Worker, backend: FakeBackend, small_clip: Path
    ) -> None:
        limits = replace(LIMITS, max_pixels=320 * 240 - 1)

        job = reject(worker, backend, small_clip.read_bytes(), limits=limits)

        assert job.failures[0].code is FailureCode.TOO_LARGE

    def test_refuses_a_clip_that_lasts_longer_than_the_job_allows(
        self, worker: Worker, backend: FakeBackend, small_clip: Path
    ) -> None:
        job = reject(worker, backend, small_clip.read_bytes(), limits=replace(LIMITS, max_duration_s=2))

        assert job.failures[0].code is FailureCode.TOO_LONG
        assert job.objects == {}

    def test_stops_when_the_output_grows_beyond_what_the_job_allows(
        self, worker: Worker, backend: FakeBackend, wide_clip: Path
    ) -> None:
        job = reject(worker, backend, wide_clip.read_bytes(), limits=replace(LIMITS, max_output_bytes=200_000))

        assert job.failures[0].code is FailureCode.TOO_LARGE

    def test_tries_again_later_when_the_render_takes_too_long(
        self, worker: Worker, backend: FakeBackend, wide_clip: Path
    ) -> None:
        job = reject(worker, backend, wide_clip.read_bytes(), limits=replace(LIMITS, wall_clock_s=1))

        assert job.failures[0].code is FailureCode.TIMED_OUT
        assert FailureCode.TIMED_OUT not in final_failures

    def test_blames_the_store_and_not_the_file_when_the_stored_bytes_are_fewer(
        self, worker: Worker, backend: FakeBackend, small_clip: Path
    ) -> None:
        job = backend.add(Job(kind=JobKind.RENDER, source=small_clip.read_bytes(), served_bytes=1_000))

        run(worker, job)

        assert job.failures[0].code is FailureCode.WORKER_ERROR
