"""The end of a media job that is not tried again: its author is told why, and nothing stays pending."""

from __future__ import annotations

import logging
from datetime import datetime

from api_schema.events import ClipRejected
from api_schema.media_jobs import FailureCode, JobKind
from backend.domain.clips.artefacts import EVERY_KIND, fail_unsettled
from backend.domain.clips.attempts import leave_attempt
from backend.domain.clips.models import MediaJob
from backend.domain.clips.states import CLIP_MOVES, JOB_MOVES, ArtefactKind, ClipStatus, JobStatus
from backend.domain.clips.watching import ClipNews, tell_of_captions, tell_of_clip
from backend.domain.states import move
from backend.outbox.append import append

logger = logging.getLogger(__name__)


def give_up_job(job: MediaJob, *, code: FailureCode, detail: str, now: datetime) -> None:
    """
    Poison the job. A clip that cannot be rendered is rejected; one that cannot be transcribed only has no captions.

    Transaction: required; appends `clip.rejected` when the clip is, and `media.attempt_left`.
    """
    leave_attempt(job, now=now)
    move(
        job,
        JOB_MOVES,
        to=JobStatus.POISON,
        failure_code=code,
        failure_detail=detail,
        finished_at=now,
        lease_until=None,
    )
    logger.warning("media job %s (%s of clip %s) is given up: %s, %s", job.id, job.kind, job.clip_id, code, detail)
    if job.kind == JobKind.TRANSCRIBE:
        fail_unsettled(job.clip, {ArtefactKind.CAPTIONS}, reason=code, now=now)
        tell_of_captions(job.clip, is_complete=True, now=now)
        return
    fail_unsettled(job.clip, EVERY_KIND, reason=code, now=now)
    move(job.clip, CLIP_MOVES, to=ClipStatus.REJECTED, rejection_code=code, rejection_reason=detail)
    tell_of_clip(job.clip, ClipNews.REJECTED, now=now)
    append(ClipRejected(organisation_id=job.organisation_id, clip_id=job.clip_id), now=now)
