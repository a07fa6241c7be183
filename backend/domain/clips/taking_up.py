"""Work on a clip once more, for whoever runs the installation: its author may do the same from the clip's page."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from api_schema.media_jobs import JobKind
from backend.domain import tenancy
from backend.domain.clips.jobs import queue_render
from backend.domain.clips.models import Clip, MediaJob
from backend.domain.clips.operations import process_again
from backend.domain.clips.states import ClipStatus, JobStatus
from backend.domain.errors import IllegalMove, NotFound

_WHY = "an operator looks after every organisation's clips"


@transaction.atomic
def take_up_again(*, clip_id: UUID, now: datetime) -> Clip:
    """
    Process a clip again that was rejected, that has no captions because of a failure, or that no job works on.

    Transaction: joins the caller's or opens its own; queues the media job, its attempts counted anew.

    :raises NotFound: there is no such clip.
    :raises IllegalMove: nothing about it has failed, or a job of it waits, runs or is done.
    """
    clip = tenancy.across_organisations(Clip, why=_WHY).select_for_update().filter(pk=clip_id).first()
    if clip is None:
        raise NotFound("There is no clip with this id.")
    if clip.status != ClipStatus.PROCESSING:
        process_again(clip, now=now)
        return clip
    if _has_other_than_poison(clip):
        raise IllegalMove("A job of this clip waits, runs or is done.", state=clip.status, allowed=[])
    queue_render(clip=clip, now=now)
    return clip


def _has_other_than_poison(clip: Clip) -> bool:
    renders = tenancy.within_organisation(clip.organisation_id, MediaJob).filter(clip=clip, kind=JobKind.RENDER)
    return renders.exclude(status=JobStatus.POISON).exists()
