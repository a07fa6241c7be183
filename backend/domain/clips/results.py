"""
What the media worker reports about its job. It is the untrusted side: each report is checked, then written.

Every function finds the job by the attempt's token and renews the lease. A report that comes twice changes
nothing; one of an attempt that is no longer the newest is refused with `LeaseLost`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from api_schema.events import CaptionsBegun, CaptionsReady
from api_schema.media_jobs import (
    MAX_NAMES_PER_REQUEST,
    Failure,
    JobKind,
    Lease,
    Progress,
    RenderResult,
    TranscribeResult,
    UploadUrls,
    final_failures,
    is_allowed_name,
)
from backend.domain import tenancy
from backend.domain.clips.artefacts import AbsentReason, artefacts_of, mark_absent, settle
from backend.domain.clips.attempts import attempt_prefix
from backend.domain.clips.giving_up import give_up_job
from backend.domain.clips.jobs import (
    MAX_ATTEMPTS,
    LeaseLost,
    authorise_job,
    find_attempt,
    lock_attempt,
    queue_again,
    queue_transcription,
    renew_lease,
)
from backend.domain.clips.models import Clip, MediaJob
from backend.domain.clips.object_store import ObjectStore
from backend.domain.clips.publishing import check_objects, close_renditions, publish, record_sound
from backend.domain.clips.report_checks import check_progress, check_render, printable, require
from backend.domain.clips.states import CLIP_MOVES, JOB_MOVES, ArtefactKind, ArtefactStatus, ClipStatus, JobStatus
from backend.domain.clips.transcript_checks import check_transcript
from backend.domain.clips.transcripts import put_transcript
from backend.domain.clips.watching import ClipNews, tell_of_captions, tell_of_clip
from backend.domain.states import move
from backend.outbox.append import append

UPLOAD_LINK_LIFE: Final = timedelta(minutes=15)
PAUSE_PER_ATTEMPT: Final = timedelta(seconds=5)
MAX_DETAIL_LETTERS: Final = 300


def sign_upload_urls(
    *, job_id: UUID, token: str, names: tuple[str, ...], store: ObjectStore, now: datetime
) -> UploadUrls:
    """
    Return a link for writing each of these objects, under the attempt's own prefix. Renews the lease.

    :raises LeaseLost: the attempt is not the newest, or over.
    :raises ResultRefused: too many names, or one that no worker may write.
    """
    job = authorise_job(job_id=job_id, token=token)
    require(len(names) <= MAX_NAMES_PER_REQUEST, f"Ask for at most {MAX_NAMES_PER_REQUEST} names at a time.")
    for name in names:
        require(job.kind == JobKind.RENDER and is_allowed_name(name), f"{name[:60]!r} may not be written.")
    renew_lease(job, now=now)
    prefix = attempt_prefix(job)
    return UploadUrls({name: store.presigned_put(prefix + name, expires_in=UPLOAD_LINK_LIFE) for name in names})


def record_progress(*, job_id: UUID, token: str, progress: Progress, store: ObjectStore, now: datetime) -> Lease:
    """
    Write what is new since the last report. Return the new lease.

    The first segments make the clip playable; the first words its captions.

    Transaction: opens its own; appends `captions.begun` with the first words.
    Idempotent: what is recorded already is left as it is.

    :raises LeaseLost: the attempt is not the newest, or over.
    :raises ResultRefused: the report is impossible, or the object store disagrees with it.
    """
    job = authorise_job(job_id=job_id, token=token)
    check_progress(progress)
    says_something = any((progress.probe, progress.renditions, progress.segments, progress.files))
    if progress.transcript is not None:
        require(not says_something, "A transcription publishes nothing but words.")
        return _record_captions_so_far(job, progress.transcript, now=now)
    if not says_something:
        return _record_percent_only(job, progress, now=now)
    _require_kind(job, JobKind.RENDER)
    check_objects(job, progress, store=store)
    with transaction.atomic():
        _hold(job)
        publish(job, progress, now=now)
        return renew_lease(job, now=now)


def _record_percent_only(job: MediaJob, progress: Progress, *, now: datetime) -> Lease:
    if job.kind == JobKind.RENDER:
        tenancy.same_row(job.clip).filter(render_percent__lt=progress.percent).update(render_percent=progress.percent)
    return renew_lease(job, now=now)


def _record_captions_so_far(job: MediaJob, heard: TranscribeResult, *, now: datetime) -> Lease:
    _require_kind(job, JobKind.TRANSCRIBE)
    check_transcript(heard, duration_ms=job.clip.duration_ms or 0)
    with transaction.atomic():
        _hold(job)
        captions = artefacts_of(job.clip, {ArtefactKind.CAPTIONS}).get()
        if put_transcript(job.clip, heard, now=now) and captions.status == ArtefactStatus.PENDING:
            settle(captions, to=ArtefactStatus.PLAYABLE, now=now)
            tell_of_captions(job.clip, is_complete=False, now=now)
            append(CaptionsBegun(organisation_id=job.organisation_id, clip_id=job.clip_id), now=now)
        return renew_lease(job, now=now)


def record_render(*, job_id: UUID, token: str, result: RenderResult, store: ObjectStore, now: datetime) -> Lease:
    """
    Write the whole result: the clip is ready, and its captions are asked for when anything can be heard in it.

    Transaction: opens its own; appends `media.job_queued` for the captions.
    Idempotent: a second call changes and appends nothing.

    :raises LeaseLost: the attempt is not the newest, or was given up.
    :raises ResultRefused: the result is impossible or incomplete, or the object store disagrees with it.
    """
    job = find_attempt(job_id=job_id, token=token)
    if job.status == JobStatus.DONE:
        return renew_lease(job, now=now)
    _require_kind(job, JobKind.RENDER)
    check_render(result)
    whole = Progress(100, result.probe, result.renditions, result.segments, result.files)
    check_objects(job, whole, store=store)
    with transaction.atomic():
        _hold(job)
        publish(job, whole, now=now)
        close_renditions(job.clip, now=now)
        record_sound(job.clip, result.sound, has_audio=result.probe.has_audio)
        _finish(job, now=now)
        move(job.clip, CLIP_MOVES, to=ClipStatus.READY, ready_at=now)
        tell_of_clip(job.clip, ClipNews.READY, now=now)
        _ask_for_captions(job.clip, now=now)
        return renew_lease(job, now=now)


def _ask_for_captions(clip: Clip, *, now: datetime) -> None:
    has_speech_file = artefacts_of(clip, {ArtefactKind.SPEECH}).filter(status=ArtefactStatus.READY).exists()
    if has_speech_file and clip.is_audible is not False:
        queue_transcription(clip=clip, now=now)
    else:
        mark_absent(clip, {ArtefactKind.CAPTIONS}, reason=AbsentReason.NO_AUDIO, now=now)


def record_transcript(*, job_id: UUID, token: str, result: TranscribeResult, now: datetime) -> Lease:
    """
    Write the clip's captions in place of those so far, beside what people corrected, and make them findable.

    Transaction: opens its own; appends `captions.ready` when there is speech.
    Idempotent: a second call changes and appends nothing.

    :raises LeaseLost: the attempt is not the newest, or was given up.
    :raises ResultRefused: the cues are impossible for this clip.
    """
    job = find_attempt(job_id=job_id, token=token)
    if job.status == JobStatus.DONE:
        return renew_lease(job, now=now)
    _require_kind(job, JobKind.TRANSCRIBE)
    check_transcript(result, duration_ms=job.clip.duration_ms or 0)
    with transaction.atomic():
        _hold(job)
        has_cues = put_transcript(job.clip, result, now=now)
        _settle_captions(job, has_cues=has_cues, now=now)
        _finish(job, now=now)
        return renew_lease(job, now=now)


def _settle_captions(job: MediaJob, *, has_cues: bool, now: datetime) -> None:
    captions = artefacts_of(job.clip, {ArtefactKind.CAPTIONS}).get()
    tell_of_captions(job.clip, is_complete=True, now=now)
    if not has_cues:
        settle(captions, to=ArtefactStatus.ABSENT, reason=AbsentReason.NO_SPEECH, now=now)
        return
    settle(captions, to=ArtefactStatus.READY, now=now)
    append(CaptionsReady(organisation_id=job.organisation_id, clip_id=job.clip_id), now=now)


def record_failure(*, job_id: UUID, token: str, failure: Failure, now: datetime) -> Lease:
    """
    Give the job up when the file is at fault or the attempts are used up, else queue it again after a pause.

    Transaction: opens its own; appends `clip.rejected` or `media.job_queued`.
    Idempotent: a second call changes and appends nothing.

    :raises LeaseLost: the attempt is not the newest, or fell silent too long.
    """
    job = find_attempt(job_id=job_id, token=token)
    if job.status != JobStatus.RUNNING and job.failure_code == failure.code:
        return renew_lease(job, now=now)
    detail = printable(failure.detail, most_letters=MAX_DETAIL_LETTERS) or "The file could not be processed."
    with transaction.atomic():
        _hold(job)
        if failure.code in final_failures or job.attempts >= MAX_ATTEMPTS:
            give_up_job(job, code=failure.code, detail=detail, now=now)
        else:
            pause = PAUSE_PER_ATTEMPT * job.attempts
            queue_again(job, now=now, after=pause, failure_code=failure.code, failure_detail=detail)
        return renew_lease(job, now=now)


def _require_kind(job: MediaJob, kind: JobKind) -> None:
    require(job.kind == kind, f"This job is to {job.kind}.")


def _hold(job: MediaJob) -> None:
    if not lock_attempt(job):
        raise LeaseLost("A newer attempt has this job, or it is over.")


def _finish(job: MediaJob, *, now: datetime) -> None:
    move(job, JOB_MOVES, to=JobStatus.DONE, finished_at=now, lease_until=None)
