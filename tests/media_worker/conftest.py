"""A worker and a backend to talk to: the real worker, a real HTTP server, real ffmpeg and PocketSphinx."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from api_schema.media_jobs import JobKind
from media_worker.backend_client import BackendClient
from media_worker.config import TranscriberChoice, WorkerConfig
from media_worker.job import Worker
from media_worker.object_links import ObjectLinks
from media_worker.retries import RetryPolicy
from media_worker.speech.choice import Transcribers
from tests.made_once import MadeOnce
from tests.media_worker import footage
from tests.media_worker.fake_backend import WORKER_KEY, FakeBackend, Job

QUICK_RETRY = RetryPolicy(attempts=6, first_wait_s=0.01, longest_wait_s=0.05)


@pytest.fixture
def backend() -> Iterator[FakeBackend]:
    with FakeBackend() as server:
        yield server


@pytest.fixture
def stopping() -> list[bool]:
    """Empty until the worker is told to stop."""
    return []


@pytest.fixture
def worker(backend: FakeBackend, tmp_path: Path, stopping: list[bool]) -> Iterator[Worker]:
    with new_worker(backend, tmp_path / "work", is_stopping=lambda: bool(stopping)) as one:
        yield one


@contextmanager
def new_worker(backend: FakeBackend, work_dir: Path, *, is_stopping: Callable[[], bool]) -> Iterator[Worker]:
    config = WorkerConfig(
        media_broker_url="redis://127.0.0.1:1",
        backend_url=backend.url,
        worker_key=WORKER_KEY,
        work_dir=work_dir,
        transcriber=TranscriberChoice.POCKETSPHINX,
    )
    client = BackendClient(backend_url=config.backend_url, worker_key=config.worker_key, retry=QUICK_RETRY)
    with client, ObjectLinks(retry=QUICK_RETRY) as links:
        yield Worker(
            config=config,
            backend=client,
            links=links,
            transcribers=Transcribers(choice=config.transcriber, whisper_model_dir=None),
            is_stopping=is_stopping,
        )
        _await_last_beats()


def _await_last_beats() -> None:
    """Let renewals of leases that are on their way arrive: they use the connection that is closed next."""
    for thread in threading.enumerate():
        if thread.name == "lease":
            thread.join(timeout=10)


@pytest.fixture(scope="session")
def wide_clip(made_once: MadeOnce) -> Path:
    """Twelve seconds of 1280×720 with sound, a place and a title in its metadata."""
    return made_once("wide-clip", lambda place: footage.film(place / "wide.mp4", size="1280x720", seconds=12))


@pytest.fixture(scope="session")
def small_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three seconds of 320×240 with sound."""
    return footage.film(tmp_path_factory.mktemp("footage") / "small.mp4")


@pytest.fixture(scope="session")
def rendered_wide_clip(wide_clip: Path, made_once: MadeOnce) -> Job:
    """The job of the wide clip, done: for tests that only look at what came out."""

    def render(place: Path) -> Job:
        with FakeBackend() as server, new_worker(server, place / "work", is_stopping=lambda: False) as one:
            job = server.add(Job(kind=JobKind.RENDER, source=wide_clip.read_bytes()))
            one.run_job(job.job_id)
        assert job.failures == []
        return job

    return made_once("rendered-wide-clip", render)
