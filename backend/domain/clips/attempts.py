"""Where the objects of one attempt lie, and their removal when the attempt came to nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from api_schema.events import AttemptLeft
from api_schema.media_jobs import JobKind
from backend.domain import tenancy
from backend.domain.clips.models import Artefact, MediaJob, Segment
from backend.domain.clips.object_store import ObjectStore
from backend.outbox.append import append

# A silent worker may still write with the links it has: they live for 15 minutes, and one upload takes its time.
REMOVED_AFTER: Final = timedelta(hours=1)


def attempt_prefix(job: MediaJob) -> str:
    """
    Return where this attempt's objects lie, ending in a slash.

    Each attempt has its own: what a late one still writes with its old URLs is never looked at.
    """
    return f"{job.organisation_id}/clips/{job.clip_id}/{job.kind}/{job.token_hash[:16]}/"


def leave_attempt(job: MediaJob, *, now: datetime) -> None:
    """
    Have what the job's present attempt wrote removed later. Call it while the job still bears the attempt's token.

    Transaction: required; appends `media.attempt_left`, unless the attempt has nothing to write.
    """
    if job.token_hash and job.kind == JobKind.RENDER:
        left = AttemptLeft(organisation_id=job.organisation_id, clip_id=job.clip_id, prefix=attempt_prefix(job))
        append(left, now=now, not_before=now + REMOVED_AFTER)


def remove_left_objects(*, organisation_id: UUID, clip_id: UUID, prefix: str, store: ObjectStore) -> int:
    """
    Delete the objects below `prefix` that no row names, and return how many.

    A poster that an attempt finished before it failed is kept: later attempts do not make it again.
    Idempotent.
    """
    kept = _named_keys(organisation_id, clip_id)
    left = [key for key in store.list_keys(prefix) if key not in kept]
    for key in left:
        store.delete(key)
    return len(left)


def _named_keys(organisation_id: UUID, clip_id: UUID) -> set[str]:
    artefacts = tenancy.within_organisation(organisation_id, Artefact).filter(clip_id=clip_id)
    segments = tenancy.within_organisation(organisation_id, Segment).filter(artefact__clip_id=clip_id)
    return {*artefacts.values_list("object_key", flat=True), *segments.values_list("object_key", flat=True)}
