"""The media worker's side door: claim a job, ask where to write, report. Messages: `api_schema.media_jobs`."""

from __future__ import annotations

from uuid import UUID

from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from api_schema.media_jobs import (
    ClaimRequest,
    Failure,
    Lease,
    Progress,
    RenderResult,
    TranscribeResult,
    UploadUrlsRequest,
)
from api_schema.wire import to_wire
from backend.api.internal.access import WorkerEndpoint, bearer_token, read_body, read_message, require_worker_key
from backend.domain.clips import results
from backend.domain.clips.jobs import claim_job
from backend.integrations.object_store import object_store


class ClaimView(WorkerEndpoint):
    def post(self, request: Request, job_id: UUID) -> Response:
        require_worker_key(request)
        asked = read_message(ClaimRequest, request)
        claimed = claim_job(job_id=job_id, worker=asked.worker, store=object_store(), now=timezone.now())
        return Response(to_wire(claimed))


class UploadUrlsView(WorkerEndpoint):
    def post(self, request: Request, job_id: UUID) -> Response:
        token, asked = bearer_token(request), read_message(UploadUrlsRequest, request)
        urls = results.sign_upload_urls(
            job_id=job_id, token=token, names=asked.names, store=object_store(), now=timezone.now()
        )
        return Response(to_wire(urls))


class ProgressView(WorkerEndpoint):
    def post(self, request: Request, job_id: UUID) -> Response:
        token, progress = bearer_token(request), read_message(Progress, request)
        lease = results.record_progress(
            job_id=job_id, token=token, progress=progress, store=object_store(), now=timezone.now()
        )
        return Response(to_wire(lease))


class ResultView(WorkerEndpoint):
    def post(self, request: Request, job_id: UUID) -> Response:
        token, body = bearer_token(request), read_body(request)
        is_transcript = isinstance(body, dict) and "outcome" in body  # the one that only a transcript has
        record = _record_transcript if is_transcript else _record_render
        return Response(to_wire(record(request, job_id, token)))


def _record_transcript(request: Request, job_id: UUID, token: str) -> Lease:
    result = read_message(TranscribeResult, request)
    return results.record_transcript(job_id=job_id, token=token, result=result, now=timezone.now())


def _record_render(request: Request, job_id: UUID, token: str) -> Lease:
    result = read_message(RenderResult, request)
    store = object_store()
    return results.record_render(job_id=job_id, token=token, result=result, store=store, now=timezone.now())


class FailureView(WorkerEndpoint):
    def post(self, request: Request, job_id: UUID) -> Response:
        token, failure = bearer_token(request), read_message(Failure, request)
        lease = results.record_failure(job_id=job_id, token=token, failure=failure, now=timezone.now())
        return Response(to_wire(lease))
