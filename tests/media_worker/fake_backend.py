"""
A small real server that speaks the worker's contract over loopback: jobs, leases, presigned objects.

It believes nothing silently: what the contract forbids answers 4xx, as the real backend does.
"""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from uuid import UUID

from api_schema.ids import uuid7
from api_schema.media_jobs import (
    MAX_NAMES_PER_REQUEST,
    ClaimedJob,
    ClaimRequest,
    Failure,
    JobKind,
    Lease,
    Limits,
    Progress,
    RenderResult,
    SpeechHints,
    TranscribeResult,
    UploadUrls,
    UploadUrlsRequest,
    is_allowed_name,
)
from api_schema.wire import WireError, from_wire, to_wire

WORKER_KEY = "only-for-tests-worker-key"
ENGLISH = SpeechHints(language="en")
LIMITS = Limits(max_duration_s=1_200, max_pixels=7680 * 4320, max_output_bytes=4 * 1024**3, wall_clock_s=600)


@dataclass
class Job:
    """What the backend knows about one job. `published_at` holds, by object name, when it arrived."""

    kind: JobKind
    source: bytes
    speech: SpeechHints = ENGLISH
    limits: Limits = LIMITS
    lease_s: int = 20
    job_id: UUID = field(default_factory=uuid7)
    clip_id: UUID = field(default_factory=uuid7)
    attempt: int = 0
    is_open: bool = True
    progress: list[Progress] = field(default_factory=list)
    result: RenderResult | TranscribeResult | None = None
    failures: list[Failure] = field(default_factory=list)
    objects: dict[str, bytes] = field(default_factory=dict)
    served_bytes: int | None = None  # fewer than the source has: a store that lost the rest

    @property
    def token(self) -> str:
        return f"token-{self.job_id}-{self.attempt}"


class FakeBackend:
    """Serves until closed. `breaks`: how many of the next requests to the backend are answered with 503."""

    def __init__(self) -> None:
        self.jobs: dict[UUID, Job] = {}
        self.breaks = 0
        self.requests: list[str] = []
        self.lock = threading.Lock()
        self.after_progress = threading.Event()
        self._actions = {
            "claim": self.claim,
            "upload-urls": self.upload_urls,
            "progress": self.record_progress,
            "result": self.record_result,
            "failure": self.record_failure,
        }
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def add(self, job: Job) -> Job:
        self.jobs[job.job_id] = job
        return job

    def take_over(self, job: Job) -> None:
        """Start a newer attempt, so that the running one has lost its lease."""
        with self.lock:
            job.attempt += 1

    def wait_for(self, is_true: Any, *, timeout_s: float = 60) -> None:
        """Return once `is_true()` holds; looks after each report."""
        deadline = time.monotonic() + timeout_s
        while not is_true():
            assert time.monotonic() < deadline, "what the test waits for did not happen"
            self.after_progress.wait(0.1)
            self.after_progress.clear()

    def answer(self, job_id: UUID, action: str, token: str, body: bytes) -> tuple[int, Any]:
        """Return the status and the answer to one message of the contract."""
        with self.lock:
            self.requests.append(action)
            if self.breaks > 0:
                self.breaks -= 1
                return _problem(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable")
            job = self.jobs.get(job_id)
            if job is None or token != (WORKER_KEY if action == "claim" else job.token):
                return _problem(HTTPStatus.CONFLICT, "job_not_claimable" if action == "claim" else "lease_lost")
            try:
                return self._actions[action](job, json.loads(body))
            except (WireError, KeyError):
                return _problem(HTTPStatus.UNPROCESSABLE_ENTITY, "result_refused")

    def claim(self, job: Job, body: Any) -> tuple[int, Any]:
        from_wire(ClaimRequest, body)
        if not job.is_open:
            return _problem(HTTPStatus.CONFLICT, "job_not_claimable")
        job.attempt += 1
        return HTTPStatus.OK, to_wire(
            ClaimedJob(
                job_id=job.job_id,
                kind=job.kind,
                clip_id=job.clip_id,
                attempt=job.attempt,
                job_token=job.token,
                lease_s=job.lease_s,
                source_url=f"{self.url}/objects/{job.job_id}/source",
                source_bytes=len(job.source),
                limits=job.limits,
                speech=job.speech,
            )
        )

    def upload_urls(self, job: Job, body: Any) -> tuple[int, Any]:
        names = from_wire(UploadUrlsRequest, body).names
        if len(names) > MAX_NAMES_PER_REQUEST or not all(is_allowed_name(name) for name in names):
            return _problem(HTTPStatus.UNPROCESSABLE_ENTITY, "result_refused")
        urls = {name: f"{self.url}/objects/{job.job_id}/{job.attempt}/{name}" for name in names}
        return HTTPStatus.OK, to_wire(UploadUrls(urls))

    def record_progress(self, job: Job, body: Any) -> tuple[int, Any]:
        progress = from_wire(Progress, body)
        for segment in progress.segments:
            name = f"{segment.rendition}/{segment.sequence:05d}.m4s"
            if len(job.objects[name]) != segment.size_bytes or f"{segment.rendition}/init.mp4" not in job.objects:
                return _problem(HTTPStatus.UNPROCESSABLE_ENTITY, "result_refused")
        if any(len(job.objects[file.name]) != file.size_bytes for file in progress.files):
            return _problem(HTTPStatus.UNPROCESSABLE_ENTITY, "result_refused")
        job.progress.append(progress)
        return self._lease(job)

    def record_result(self, job: Job, body: Any) -> tuple[int, Any]:
        if job.kind is JobKind.RENDER:
            job.result = from_wire(RenderResult, body)
        else:
            job.result = from_wire(TranscribeResult, body)
        job.is_open = False
        return self._lease(job)

    def record_failure(self, job: Job, body: Any) -> tuple[int, Any]:
        job.failures.append(from_wire(Failure, body))
        return self._lease(job)

    def _lease(self, job: Job) -> tuple[int, Any]:
        self.after_progress.set()
        return HTTPStatus.OK, to_wire(Lease(lease_s=job.lease_s))


def _problem(status: int, code: str) -> tuple[int, Any]:
    return status, {"status": int(status), "code": code, "title": code}


def _handler(backend: FakeBackend) -> type[BaseHTTPRequestHandler]:
    class Handler(_ContractHandler):
        def act(self, body: bytes) -> tuple[int, Any]:
            _, _, _, _, _, job_id, action = self.path.split("/")
            token = self.headers.get("Authorization", "").removeprefix("Bearer ")
            return backend.answer(UUID(job_id), action, token, body)

        def job(self, job_id: str) -> Job:
            return backend.jobs[UUID(job_id)]

    return Handler


class _ContractHandler(BaseHTTPRequestHandler):
    """HTTP in, HTTP out: POST speaks to the backend, GET and PUT to its object store."""

    protocol_version = "HTTP/1.1"

    def act(self, body: bytes) -> tuple[int, Any]:
        raise NotImplementedError

    def job(self, job_id: str) -> Job:
        raise NotImplementedError

    def do_POST(self) -> None:
        self._answer(*self.act(self._body()))

    def do_GET(self) -> None:
        job = self.job(self.path.split("/")[2])
        served = job.source[: job.served_bytes]
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Length", str(len(served)))
        self.end_headers()
        self.wfile.write(served)

    def do_PUT(self) -> None:
        _, _, job_id, attempt, name = self.path.split("/", 4)
        job, body = self.job(job_id), self._body()
        if int(attempt) == job.attempt:
            job.objects[name] = body
        self._answer(HTTPStatus.OK, {})

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers["Content-Length"]))

    def _answer(self, status: int, answer: Any) -> None:
        content = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Stay silent: what was asked is in `requests`."""
