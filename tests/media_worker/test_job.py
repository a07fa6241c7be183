"""One wake-up: claimed, worked on, reported, whatever happens in between."""

from __future__ import annotations

import threading
from pathlib import Path

import psutil
import pytest

from api_schema.ids import uuid7
from api_schema.media_jobs import FailureCode, JobKind, RenderResult
from media_worker.job import Worker
from tests.media_worker import footage
from tests.media_worker.fake_backend import FakeBackend, Job


@pytest.fixture(scope="module")
def long_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A minute of 1280×720: more than any machine encodes while a test looks away."""
    directory = tmp_path_factory.mktemp("footage")
    return footage.repeat(footage.film(directory / "short.mp4", size="1280x720"), directory / "long.mp4", times=20)


def running_ffmpeg() -> list[psutil.Process]:
    children = psutil.Process().children(recursive=True)
    return [child for child in children if "ffmpeg" in child.name()]


class TestRunJob:
    def test_does_nothing_when_the_job_is_taken_or_over(
        self, worker: Worker, backend: FakeBackend, small_clip: Path
    ) -> None:
        job = backend.add(Job(kind=JobKind.RENDER, source=small_clip.read_bytes(), is_open=False))

        worker.run_job(job.job_id)
        worker.run_job(uuid7())

        assert backend.requests == ["claim", "claim"]

    def test_goes_on_while_the_backend_restarts(self, worker: Worker, backend: FakeBackend, small_clip: Path) -> None:
        job = backend.add(Job(kind=JobKind.RENDER, source=small_clip.read_bytes()))
        backend.breaks = 3

        worker.run_job(job.job_id)

        assert isinstance(job.result, RenderResult)
        assert job.attempt == 1

    def test_leaves_the_job_to_its_lease_when_the_backend_stays_away(
        self, worker: Worker, backend: FakeBackend, small_clip: Path
    ) -> None:
        job = backend.add(Job(kind=JobKind.RENDER, source=small_clip.read_bytes()))
        started = threading.Thread(target=worker.run_job, args=(job.job_id,))

        started.start()
        backend.wait_for(lambda: job.progress)
        backend.breaks = 1_000
        started.join()

        assert job.result is None
        assert job.failures == []
        assert list(worker.config.work_dir.iterdir()) == []

    def test_renews_the_lease_three_times_in_its_span_while_nothing_new_is_there(
        self, worker: Worker, backend: FakeBackend, long_clip: Path, stopping: list[bool]
    ) -> None:
        job = backend.add(Job(kind=JobKind.RENDER, source=long_clip.read_bytes(), lease_s=1))
        started = threading.Thread(target=worker.run_job, args=(job.job_id,))

        started.start()
        backend.wait_for(
            lambda: len([report for report in job.progress if not report.segments and not report.probe]) >= 3
        )
        stopping.append(True)
        started.join()

        assert {failure.code for failure in job.failures} == {FailureCode.WORKER_ERROR}

    def test_stops_at_once_and_publishes_nothing_more_when_the_lease_is_lost(
        self, worker: Worker, backend: FakeBackend, long_clip: Path
    ) -> None:
        job = backend.add(Job(kind=JobKind.RENDER, source=long_clip.read_bytes(), lease_s=1))
        started = threading.Thread(target=worker.run_job, args=(job.job_id,))

        started.start()
        backend.wait_for(lambda: any(report.segments for report in job.progress))
        assert len(running_ffmpeg()) == 1
        backend.take_over(job)
        reports = len(job.progress)
        started.join()

        assert running_ffmpeg() == []
        assert job.result is None
        assert job.failures == []
        assert len(job.progress) == reports
        assert list(worker.config.work_dir.iterdir()) == []

    def test_hands_the_job_back_when_the_worker_is_stopped(
        self, worker: Worker, backend: FakeBackend, long_clip: Path, stopping: list[bool]
    ) -> None:
        job = backend.add(Job(kind=JobKind.RENDER, source=long_clip.read_bytes()))
        started = threading.Thread(target=worker.run_job, args=(job.job_id,))

        started.start()
        backend.wait_for(lambda: any(report.segments for report in job.progress))
        stopping.append(True)
        started.join()

        assert [failure.code for failure in job.failures] == [FailureCode.WORKER_ERROR]
        assert running_ffmpeg() == []

    def test_claims_nothing_while_it_is_stopping(
        self, worker: Worker, backend: FakeBackend, small_clip: Path, stopping: list[bool]
    ) -> None:
        job = backend.add(Job(kind=JobKind.RENDER, source=small_clip.read_bytes()))
        stopping.append(True)

        worker.run_job(job.job_id)

        assert backend.requests == []

    def test_reports_an_unexpected_fault_as_ours(self, worker: Worker, backend: FakeBackend, small_clip: Path) -> None:
        job = backend.add(Job(kind=JobKind.RENDER, source=small_clip.read_bytes()))
        worker.config.work_dir.write_text("a file where the directory should be")

        worker.run_job(job.job_id)

        assert [failure.code for failure in job.failures] == [FailureCode.WORKER_ERROR]
        assert "/" not in job.failures[0].detail
