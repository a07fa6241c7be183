"""The worker's side of the contract in `api_schema.media_jobs`, over HTTP."""

from __future__ import annotations

import os
import socket
from types import TracebackType
from typing import Any, Self, TypeVar
from uuid import UUID

import httpx

from api_schema.media_jobs import (
    ClaimedJob,
    ClaimRequest,
    Failure,
    Lease,
    Progress,
    RenderResult,
    TranscribeResult,
    UploadUrls,
    UploadUrlsRequest,
)
from api_schema.wire import from_wire, to_wire
from media_worker.retries import RetryPolicy

_ANSWER_TIMEOUT = httpx.Timeout(30.0, connect=5.0)

T = TypeVar("T")


class JobNotClaimable(Exception):
    """Somebody else has the job, or it is over: drop the wake-up."""


class LeaseLost(Exception):
    """A newer attempt has the job: stop at once and publish nothing more."""


class ReportRefused(Exception):
    """The backend will never take this report: what we say is not what the job may say."""


_TYPED_PROBLEMS: dict[str, type[Exception]] = {"job_not_claimable": JobNotClaimable, "lease_lost": LeaseLost}


class BackendClient:
    """Connections to the backend, kept open from job to job. Safe to use from several threads."""

    def __init__(self, *, backend_url: str, worker_key: str, retry: RetryPolicy | None = None) -> None:
        self._worker_key = worker_key
        self._retry = retry or RetryPolicy()
        self._http = httpx.Client(base_url=f"{backend_url}/api/internal/v1/", timeout=_ANSWER_TIMEOUT, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    def claim(self, job_id: UUID) -> ClaimedJob:
        """
        Take the job, and return all that the worker may know about it.

        :raises JobNotClaimable: it is taken, over or unknown.
        :raises Unreachable: the backend is away for longer than we retry.
        """
        request = ClaimRequest(worker=f"{socket.gethostname()}:{os.getpid()}")
        return self.post(f"jobs/{job_id}/claim", request, token=self._worker_key, answer=ClaimedJob, retry=self._retry)

    def session(self, claimed: ClaimedJob) -> JobSession:
        """Return what speaks for the claimed job, with its token."""
        return JobSession(self, claimed, self._retry)

    def post(self, path: str, body: Any, *, token: str, answer: type[T], retry: RetryPolicy) -> T:
        """
        Return the backend's answer to one message of the contract.

        :raises JobNotClaimable, LeaseLost: as the contract names them.
        :raises ReportRefused: any other 4xx.
        :raises Unreachable: no usable answer within `retry`.
        """
        response = retry.send(
            lambda: self._http.post(path, json=to_wire(body), headers={"Authorization": f"Bearer {token}"})
        )
        if response.is_success:
            return from_wire(answer, response.json())
        raise _typed_problem(response)


class JobSession:
    """One attempt at one job. Every call may be repeated and raises as `BackendClient.post` does."""

    def __init__(self, client: BackendClient, claimed: ClaimedJob, retry: RetryPolicy) -> None:
        self._client = client
        self._retry = retry
        self.claimed = claimed

    def upload_urls(self, names: tuple[str, ...]) -> dict[str, str]:
        """Return a presigned PUT for each name."""
        return self._post("upload-urls", UploadUrlsRequest(names=names), UploadUrls).urls

    def report_progress(self, progress: Progress) -> Lease:
        return self._post("progress", progress, Lease)

    def report_result(self, result: RenderResult | TranscribeResult) -> Lease:
        return self._post("result", result, Lease)

    def report_failure(self, failure: Failure, *, retry: RetryPolicy | None = None) -> Lease:
        return self._post("failure", failure, Lease, retry=retry)

    def _post(self, action: str, body: Any, answer: type[T], *, retry: RetryPolicy | None = None) -> T:
        path = f"jobs/{self.claimed.job_id}/{action}"
        token = self.claimed.job_token
        return self._client.post(path, body, token=token, answer=answer, retry=retry or self._retry)


def _typed_problem(response: httpx.Response) -> Exception:
    try:
        problem = response.json()
    except ValueError:
        problem = {}
    code = problem.get("code", "") if isinstance(problem, dict) else ""
    detail = problem.get("detail", "") if isinstance(problem, dict) else ""
    return _TYPED_PROBLEMS.get(code, ReportRefused)(f"{response.status_code} {code} {detail}".strip())
