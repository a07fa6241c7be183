"""Every process that a clip meets, started for real; the media worker's life is in the test's hands."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

import httpx
import psutil

from api_schema.ids import uuid7
from api_schema.media_jobs import MEDIA_QUEUE, JobKind
from backend.demo.client import Session
from backend.demo.tus import upload
from backend.domain.accounts.models import Person
from backend.domain.clips.models import Clip, MediaJob
from backend.embedded.checks import find_free_port
from backend.integrations.local_store import LocalStore
from backend.jobs.tasks import sweep_media_jobs
from tests import cast
from tests.integration.conftest import COMMANDS, ROOT, environment
from tests.integration.wire import Wire

LEASE_S = 3
_PATIENCE_S = 60
_NOT_YET = ("confine.py", "bwrap")  # they carry the program's command line, and become it or start it after that
_MEDIA = ("celery", "-A", "media_worker.app", "worker", "-Q", MEDIA_QUEUE, "-c", "1", "--prefetch-multiplier", "1")


@dataclass
class MediaStack:
    """Web, relay, jobs and media worker on the test's database; the worker sees the others through `wire`."""

    wire: Wire
    web_url: str
    directory: Path
    person: Person
    store: LocalStore
    worker: subprocess.Popen[bytes] | None = None
    orphans: list[psutil.Process] = field(default_factory=list)
    died: threading.Event = field(default_factory=threading.Event)

    @property
    def work_dir(self) -> Path:
        return self.directory / "media-work"

    def start_worker(self) -> None:
        """Start a media worker in a process group of its own, as its supervisor would."""
        told = {
            "PATH": os.environ["PATH"],
            "MEDIA_BROKER_URL": os.environ["MEDIA_BROKER_URL"],
            "BACKEND_URL": self.wire.url,
            "WORKER_KEY": os.environ["WORKER_KEY"],
            "WORK_DIR": str(self.work_dir),
            "TRANSCRIBER": "pocketsphinx",
        }
        command = ["-m", *_MEDIA, "--without-mingle", "--without-gossip"]
        self.died.clear()
        with (self.directory / "media.log").open("ab") as log:
            self.worker = subprocess.Popen(
                [sys.executable, *command], cwd=ROOT, env=told, stdout=log, stderr=log, start_new_session=True
            )

    def kill_worker(self) -> None:
        """Kill the worker's process group with -9. Callable from any thread."""
        assert self.worker is not None
        self.orphans = self._programs()
        os.killpg(self.worker.pid, signal.SIGKILL)
        self.died.set()

    def bury_worker(self) -> None:
        """Return when the killed worker and whatever it ran is gone."""
        if self.worker is not None:
            self.worker.wait()
        _, alive = psutil.wait_procs(self.orphans, timeout=5)
        assert alive == []

    def film(self, footage: Path) -> Clip:
        """Upload the footage over tus as the person's phone does, and return the clip."""
        clip_id = uuid7()
        with httpx.Client(base_url=self.web_url, timeout=30) as http:
            upload(http, self.phone(http), clip_id=clip_id, file=footage, drop_at=1.0)
        return Clip.objects.get(pk=clip_id)

    def phone(self, http: httpx.Client) -> Session:
        return Session(http, name=self.person.name, token=cast.session_token(self.person))

    def wait_until(self, happened: Callable[[], bool]) -> None:
        """Return as soon as `happened`; meanwhile sweep, as the beat does, only more often."""
        deadline = time.monotonic() + _PATIENCE_S
        while not happened():
            assert time.monotonic() < deadline, f"it did not happen; the worker asked: {self.wire.names[-12:]}"
            sweep_media_jobs()
            time.sleep(0.1)

    def status(self, clip: Clip) -> str:
        return Clip.objects.get(pk=clip.pk).status

    def is_done(self, clip: Clip, kind: JobKind) -> bool:
        return MediaJob.objects.filter(clip=clip, kind=kind, status="done").exists()

    def attempts(self, clip: Clip) -> tuple[int, int]:
        """Return how often the clip's render and its transcription were claimed."""
        counted = dict(MediaJob.objects.filter(clip=clip).values_list("kind", "attempts"))
        return counted[JobKind.RENDER], counted[JobKind.TRANSCRIBE]

    def job_id(self, clip: Clip, kind: JobKind) -> UUID:
        return MediaJob.objects.get(clip=clip, kind=kind).pk

    def kill_when_running(self, program: str) -> None:
        """Kill the worker as soon as it runs a program whose command line has this in it; returns at once."""
        threading.Thread(target=self._watch_for, args=(program,), daemon=True).start()

    def _watch_for(self, program: str) -> None:
        while not self.died.is_set() and not any(_runs(one, program) for one in self._programs()):
            time.sleep(0.005)
        if not self.died.is_set():
            self.kill_worker()

    def _programs(self) -> list[psutil.Process]:
        """Return the worker's children and theirs."""
        assert self.worker is not None
        try:
            return list(psutil.Process(self.worker.pid).children(recursive=True))
        except psutil.NoSuchProcess:
            return []


@contextmanager
def media_stack(directory: Path) -> Iterator[MediaStack]:
    """Start everything but the media worker; the database must be open. Nothing of it runs afterwards."""
    port = find_free_port()
    with Wire() as wire:
        wire.target = f"http://127.0.0.1:{port}"
        settings = {"PUBLIC_URL": wire.url, "MEDIA_LEASE_S": str(LEASE_S)}
        person = cast.new_person(cast.new_site(cast.new_organisation()), "Olive Owner")
        objects = LocalStore(Path(os.environ["OBJECT_STORE"].removeprefix("dir:")), public_url=wire.url)
        stack = MediaStack(wire, wire.target, directory, person, objects)
        wire.kill = stack.kill_worker
        web = ["-m", "uvicorn", "backend.asgi:application", "--host", "127.0.0.1", "--port", str(port)]
        started = [
            _start(command, directory / "backend.log", environment() | settings)
            for command in (web, COMMANDS["relay"], COMMANDS["worker"])
        ]
        try:
            yield stack
        finally:
            if stack.worker is not None and stack.worker.poll() is None:
                stack.kill_worker()
            stack.bury_worker()
            for process in started:
                process.kill()
                process.wait()


def _start(command: list[str], log: Path, told: dict[str, str]) -> subprocess.Popen[bytes]:
    with log.open("ab") as file:
        return subprocess.Popen([sys.executable, *command], cwd=ROOT, env=told, stdout=file, stderr=file)


def _runs(process: psutil.Process, program: str) -> bool:
    try:
        line = " ".join(process.cmdline())
    except psutil.Error:
        return False
    return program in line and not any(before in line for before in _NOT_YET)
