"""What of the clips' processing is stuck: for the operator's eyes, so it crosses organisations and names nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import (
    Count,
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    Min,
    Prefetch,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Coalesce

from api_schema.media_jobs import final_failures
from backend.domain import tenancy
from backend.domain.clips.artefacts import UNSETTLED
from backend.domain.clips.models import Artefact, Clip, MediaJob, Upload
from backend.domain.clips.states import ClipStatus, JobStatus, UploadStatus

LISTED: Final = 20  # of each kind; who reads more?
PATIENCE: Final = timedelta(minutes=2)  # beside three times the clip's own length
QUIET_UPLOAD: Final = timedelta(minutes=15)
RECENT: Final = timedelta(days=7)

_ALIVE: Final = (JobStatus.QUEUED, JobStatus.RUNNING)
_WHY_ACROSS: Final = "the operator looks after every organisation's clips, and is shown ids only"


@dataclass(frozen=True)
class JobStanding:
    """One media job, and which artefacts of its clip are not settled."""

    clip_id: UUID
    kind: str
    status: str
    attempts: int
    queued_at: datetime
    lease_until: datetime | None
    worker: str
    failure_code: str
    failure_detail: str
    unsettled: tuple[str, ...]


@dataclass(frozen=True)
class Queue:
    """The jobs that are offered to workers and that none has claimed."""

    waiting_count: int
    oldest_queued_at: datetime | None


@dataclass(frozen=True)
class Uploads:
    quiet_count: int  # open, and their phones have been silent for a while: they may come back for days
    whole_count: int  # every byte is here and yet they are open: nobody finishes them


def list_late_jobs(*, now: datetime) -> list[JobStanding]:
    """Return the media jobs that take longer than a clip of that length ever should, the oldest first."""
    three_lengths = ExpressionWrapper(
        Coalesce(F("clip__duration_ms"), 0) * Value(timedelta(milliseconds=3)), output_field=DurationField()
    )
    expected_at = ExpressionWrapper(F("queued_at") + three_lengths, output_field=DateTimeField())
    late = tenancy.across_organisations(MediaJob, why=_WHY_ACROSS).annotate(expected_at=expected_at)
    return _standings(late.filter(status__in=_ALIVE, expected_at__lt=now - PATIENCE).order_by("queued_at"))


def list_given_up_jobs(*, now: datetime) -> list[JobStanding]:
    """Return what was given up in the last days through a fault of ours, not of the file, the newest first."""
    poison = tenancy.across_organisations(MediaJob, why=_WHY_ACROSS).filter(
        status=JobStatus.POISON, finished_at__gt=now - RECENT
    )
    return _standings(poison.exclude(failure_code__in=final_failures).order_by("-finished_at"))


def _standings(jobs: QuerySet[MediaJob]) -> list[JobStanding]:
    unsettled = tenancy.across_organisations(Artefact, why=_WHY_ACROSS).filter(status__in=UNSETTLED).order_by("kind")
    found = jobs.select_related("clip").prefetch_related(
        Prefetch("clip__artefacts", unsettled, to_attr="unsettled_artefacts")
    )
    return [_standing(job) for job in found[:LISTED]]


def _standing(job: MediaJob) -> JobStanding:
    artefacts: list[Artefact] = job.clip.unsettled_artefacts  # type: ignore[attr-defined]  # set by the prefetch
    return JobStanding(
        clip_id=job.clip_id,
        kind=job.kind,
        status=job.status,
        attempts=job.attempts,
        queued_at=job.queued_at,
        lease_until=job.lease_until,
        worker=job.worker,
        failure_code=job.failure_code,
        failure_detail=job.failure_detail,
        unsettled=tuple(artefact.kind for artefact in artefacts),
    )


def list_abandoned_clips() -> list[UUID]:
    """Return clips that are being processed and that no job works on: a mistake of ours, which waits for ever."""
    alive = tenancy.across_organisations(MediaJob, why=_WHY_ACROSS).filter(status__in=_ALIVE)
    clips = tenancy.across_organisations(Clip, why=_WHY_ACROSS).filter(status=ClipStatus.PROCESSING)
    return list(clips.exclude(pk__in=alive.values("clip_id")).order_by("id").values_list("id", flat=True)[:LISTED])


def measure_queue(*, now: datetime) -> Queue:
    """Return how many jobs wait for a worker. A failed job that pauses before its next attempt does not count."""
    offered = tenancy.across_organisations(MediaJob, why=_WHY_ACROSS).filter(status=JobStatus.QUEUED, woken_at__lte=now)
    found = offered.aggregate(count=Count("pk"), oldest=Min("queued_at"))
    return Queue(waiting_count=found["count"], oldest_queued_at=found["oldest"])


def count_uploads(*, now: datetime) -> Uploads:
    """Return how many open uploads have gone quiet, and how many lie whole without being finished."""
    is_quiet = Q(noted_at__lt=now - QUIET_UPLOAD) | Q(noted_at=None, created_at__lt=now - QUIET_UPLOAD)
    is_whole = Q(stored_bytes=F("declared_bytes"), noted_at__lt=now - PATIENCE)
    opened = tenancy.across_organisations(Upload, why=_WHY_ACROSS).filter(status=UploadStatus.OPEN, clip__isnull=False)
    found = opened.aggregate(quiet=Count("pk", filter=is_quiet & ~is_whole), whole=Count("pk", filter=is_whole))
    return Uploads(quiet_count=found["quiet"], whole_count=found["whole"])
