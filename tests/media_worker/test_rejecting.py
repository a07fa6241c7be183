"""Limits that a job brings along, and whose fault it is. What tries to be more than a clip: `test_hostile`."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from api_schema.media_jobs import FailureCode, JobKind, Limits, final_failures
from media_worker.job import Worker
from tests.media_worker.fake_backend import LIMITS, FakeBackend, Job


def reject(worker: Worker, backend: FakeBackend, source: bytes, limits: Limits = LIMITS) -> Job:
    job = backend.add(Job(kind=JobKind.RENDER, source=source, limits=limits))
    return run(worker, job)


def run(worker: Worker, job: Job) -> Job:
    worker.run_job(job.job_id)
    assert job.result is None
    assert len(job.failures) == 1
    return job


class TestReject:
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
