"""
Media jobs: queued with the fact that needs them, claimed under a lease, fenced by a token, given up after 3 attempts.

The row is the truth; the event only wakes a worker and may be lost or come twice.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from api_schema.events import MediaJobQueued
from api_schema.media_jobs import ClaimedJob, FailureCode, JobKind, Lease, Limits, SpeechHints
from backend.domain import tenancy
from backend.domain.clips.artefacts import artefacts_of, drop_partial_renditions, plan_artefacts, revive_artefacts
from backend.domain.clips.attempts import leave_attempt
from backend.domain.clips.giving_up import give_up_job
from backend.domain.clips.models import Clip, MediaJob
from backend.domain.clips.object_store import ObjectStore
from backend.domain.clips.report_checks import MAX_FRAME_PIXELS, MAX_OUTPUT_BYTES, printable
from backend.domain.clips.states import JOB_MOVES, ArtefactKind, JobStatus
from backend.domain.clips.vocabulary import expected_words
from backend.domain.errors import DomainError
from backend.domain.states import move
from backend.outbox.append import append

MAX_ATTEMPTS: Final = 3
MAX_WORKER_LETTERS: Final = 100
WAKE_AGAIN_AFTER: Final = timedelta(seconds=10)
SWEEP_BATCH: Final = 100
WALL_CLOCK_PER_SECOND: Final = 3  # a render may take three times as long as the longest clip lasts

_GONE_SILENT = "Processing stopped without an answer, each time it was tried."

_WHY_ACROSS: Final = "a worker and the sweeps serve every organisation; the job's row says which one it is"


class JobNotClaimable(DomainError):
    """Somebody else has the job, or it is over."""

    code = "job_not_claimable"


class LeaseLost(DomainError):
    """A newer attempt has the job, or it is over."""

    code = "lease_lost"


def queue_render(*, clip: Clip, now: datetime) -> None:
    """
    Ask for everything that is made from the clip's original: its artefacts as pending rows, and one job.

    Transaction: required; appends `media.job_queued`.
    Idempotent: while the job waits, runs or is done, nothing is queued again.
    """
    plan_artefacts(clip, now=now)
    queue_job(clip=clip, kind=JobKind.RENDER, now=now)


def queue_transcription(*, clip: Clip, now: datetime) -> None:
    """Ask for the clip's captions. Transaction and idempotence as for `queue_render`."""
    revive_artefacts(clip, {ArtefactKind.CAPTIONS}, now=now)
    queue_job(clip=clip, kind=JobKind.TRANSCRIBE, now=now)


def queue_job(*, clip: Clip, kind: JobKind, now: datetime) -> None:
    """Queue the clip's job of this kind unless it waits, runs or is done; a poisoned one gets new attempts."""
    job = _jobs_of(clip).select_for_update().filter(kind=kind).first()
    if job is None:
        job = tenancy.create(
            MediaJob, organisation_id=clip.organisation_id, clip=clip, kind=kind, queued_at=now, woken_at=now
        )
    elif job.status == JobStatus.POISON:
        move(
            job,
            JOB_MOVES,
            to=JobStatus.QUEUED,
            attempts=0,
            queued_at=now,
            woken_at=now,
            token_hash="",
            finished_at=None,
        )
    else:
        return
    append(MediaJobQueued(job_id=job.id), now=now)


@transaction.atomic
def claim_job(*, job_id: UUID, worker: str, store: ObjectStore, now: datetime, token: str | None = None) -> ClaimedJob:
    """
    Lease the job to `worker` and return everything the worker may know about it. Without `token` it gets a new one.

    Transaction: joins the caller's or opens its own. Of two claims at the same moment one wins.
    The attempt is counted before the work: a job that kills its worker runs out of attempts.

    :raises JobNotClaimable: the job is taken, over, out of attempts or unknown.
    """
    token = token or secrets.token_urlsafe(32)
    job = _claimable(now).select_related("clip__author").filter(pk=job_id).first()
    if job is None:
        raise JobNotClaimable("This job is taken or over.")
    if job.status == JobStatus.RUNNING:
        leave_attempt(job, now=now)
    move(
        job,
        JOB_MOVES,
        to=JobStatus.RUNNING,
        attempts=job.attempts + 1,
        token_hash=_hash(token),
        worker=printable(worker, most_letters=MAX_WORKER_LETTERS),
        lease_until=now + lease_span(),
        failure_code="",
        failure_detail="",
    )
    if job.kind == JobKind.RENDER:
        drop_partial_renditions(job.clip, now=now)
        tenancy.same_row(job.clip).update(playable_at=None, render_percent=0)
    return _describe(job, token=token, store=store)


def _claimable(now: datetime) -> QuerySet[MediaJob]:
    waiting = Q(status=JobStatus.QUEUED)
    lapsed = Q(status=JobStatus.RUNNING, lease_until__lt=now, attempts__lt=MAX_ATTEMPTS)
    jobs = tenancy.across_organisations(MediaJob, why=_WHY_ACROSS)
    return jobs.filter(waiting | lapsed).select_for_update(skip_locked=True, of=("self",))


def _describe(job: MediaJob, *, token: str, store: ObjectStore) -> ClaimedJob:
    limits = Limits(
        max_duration_s=settings.MEDIA_MAX_DURATION_S,
        max_pixels=MAX_FRAME_PIXELS,
        max_output_bytes=MAX_OUTPUT_BYTES,
        wall_clock_s=WALL_CLOCK_PER_SECOND * settings.MEDIA_MAX_DURATION_S,
    )
    source_key, source_bytes = _source(job)
    return ClaimedJob(
        job_id=job.id,
        kind=JobKind(job.kind),
        clip_id=job.clip_id,
        attempt=job.attempts,
        job_token=token,
        lease_s=settings.MEDIA_LEASE_S,
        source_url=store.presigned_get(source_key, expires_in=timedelta(seconds=limits.wall_clock_s)),
        source_bytes=source_bytes,
        limits=limits,
        speech=SpeechHints(language=job.clip.author.language, vocabulary=expected_words(job.clip)),
    )


def _source(job: MediaJob) -> tuple[str, int]:
    if job.kind == JobKind.RENDER:
        return job.clip.original_key, job.clip.original_bytes or 0
    speech = artefacts_of(job.clip, {ArtefactKind.SPEECH}).get()
    return speech.object_key, speech.size_bytes


def authorise_job(*, job_id: UUID, token: str) -> MediaJob:
    """
    Return the running job whose newest attempt holds `token`.

    :raises LeaseLost: a newer attempt has it, it is over, or there is none.
    """
    job = find_attempt(job_id=job_id, token=token)
    if job.status != JobStatus.RUNNING:
        raise LeaseLost("This attempt is over.")
    return job


def find_attempt(*, job_id: UUID, token: str) -> MediaJob:
    """
    Return the job whose newest attempt holds `token`, running or over.

    :raises LeaseLost: a newer attempt has it, or there is none.
    """
    jobs = tenancy.across_organisations(MediaJob, why=_WHY_ACROSS).select_related("clip")
    job = jobs.filter(pk=job_id).first()
    if job is None or not hmac.compare_digest(job.token_hash, _hash(token)):
        raise LeaseLost("A newer attempt has this job.")
    return job


def lock_attempt(job: MediaJob) -> bool:
    """
    Hold the job and its clip until the caller's transaction ends; return False when the attempt is over.

    The job is locked before its clip, as everywhere: no two transactions can wait for each other.
    """
    running = tenancy.same_row(job).filter(status=JobStatus.RUNNING, token_hash=job.token_hash)
    if running.select_for_update().first() is None:
        return False
    tenancy.same_row(job.clip).select_for_update(no_key=True).get()
    job.clip.refresh_from_db()
    return True


def renew_lease(job: MediaJob, *, now: datetime) -> Lease:
    """Give the running attempt another span, and return it."""
    tenancy.same_row(job).filter(status=JobStatus.RUNNING).update(lease_until=now + lease_span())
    return Lease(lease_s=settings.MEDIA_LEASE_S)


def lease_span() -> timedelta:
    """Return for how long a worker may stay silent."""
    return timedelta(seconds=settings.MEDIA_LEASE_S)


@transaction.atomic
def requeue_lapsed_jobs(*, now: datetime) -> int:
    """
    Queue again whatever its worker fell silent about; give up what has had all its attempts. Return how many.

    Transaction: joins the caller's or opens its own. Any number of sweeps may run at the same time.
    """
    jobs = tenancy.across_organisations(MediaJob, why=_WHY_ACROSS).select_related("clip")
    lapsed = jobs.filter(status=JobStatus.RUNNING, lease_until__lt=now).order_by("lease_until")[:SWEEP_BATCH]
    found = list(lapsed.select_for_update(skip_locked=True, of=("self",)))
    for job in found:
        if job.attempts >= MAX_ATTEMPTS:
            give_up_job(job, code=FailureCode.WORKER_ERROR, detail=_GONE_SILENT, now=now)
        else:
            # Without a token hash nothing that the silent worker still says is heard.
            queue_again(job, now=now, token_hash="")
    return len(found)


def queue_again(job: MediaJob, *, now: datetime, after: timedelta = timedelta(0), **facts: Any) -> None:
    """Put a running job back into the queue for its next attempt, offered to workers `after` a pause."""
    leave_attempt(job, now=now)
    move(job, JOB_MOVES, to=JobStatus.QUEUED, lease_until=None, woken_at=now + after, **facts)
    append(MediaJobQueued(job_id=job.id), now=now, not_before=now + after)


@transaction.atomic
def wake_waiting_jobs(*, now: datetime) -> int:
    """
    Say once more that the oldest queued jobs wait, if the last time is over ten seconds ago. Return how many.

    So an emptied broker costs seconds, not clips. Transaction: joins the caller's or opens its own.
    """
    queued = tenancy.across_organisations(MediaJob, why=_WHY_ACROSS).filter(status=JobStatus.QUEUED)
    waiting = queued.filter(woken_at__lte=now - WAKE_AGAIN_AFTER).order_by("queued_at")[:SWEEP_BATCH]
    found = list(waiting.select_for_update(skip_locked=True))
    for job in found:
        append(MediaJobQueued(job_id=job.id), now=now)
    tenancy.across_organisations(MediaJob, why=_WHY_ACROSS).filter(pk__in=[job.pk for job in found]).update(
        woken_at=now
    )
    return len(found)


def is_transcription(job_id: UUID) -> bool:
    """Return whether this job is to transcribe."""
    jobs = tenancy.across_organisations(MediaJob, why=_WHY_ACROSS)
    return jobs.filter(pk=job_id, kind=JobKind.TRANSCRIBE).exists()


def _jobs_of(clip: Clip) -> QuerySet[MediaJob]:
    return tenancy.within_organisation(clip.organisation_id, MediaJob).filter(clip=clip)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
