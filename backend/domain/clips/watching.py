"""What whoever watches a clip's thread hears of the clip. A clip that is in no thread yet is told to nobody."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from api_schema.live_events import LiveKind
from backend.domain import tenancy
from backend.domain.clips.models import Clip, Upload
from backend.live.append import live_event, tell, tell_all


class ClipNews(StrEnum):
    """What can be told of a clip as such."""

    RECEIVED = "received"  # every byte is here: the phone may say "safe"; also when it is rendered once more
    PLAYABLE = "playable"
    READY = "ready"
    REJECTED = "rejected"


def tell_of_clip(clip: Clip, news: ClipNews, *, now: datetime) -> None:
    """Tell what became of `clip`. Transaction: required, the fact's."""
    _tell(clip, LiveKind.CLIP, now=now, status=news)


def tell_of_captions(clip: Clip, *, is_complete: bool, now: datetime) -> None:
    """Tell that there are captions, or that there will be no more. Transaction: required, the fact's."""
    _tell(clip, LiveKind.CAPTIONS, now=now, is_complete=is_complete)


def _tell(clip: Clip, kind: LiveKind, *, now: datetime, **data: object) -> None:
    if clip.thread_id is not None:
        tell(
            organisation_id=clip.organisation_id,
            thread_id=clip.thread_id,
            kind=kind,
            now=now,
            clip_id=str(clip.pk),
            **data,
        )


@transaction.atomic
def tell_of_uploads(uploads: Collection[Upload], *, now: datetime) -> None:
    """
    Tell how far these uploads are.

    Tenancy: the rows came through the door; each is told on its own clip's thread.
    Transaction: joins the caller's or opens its own. Three statements, however many there are.
    """
    clips = tenancy.across_organisations(Clip, why="a server's writers are of many organisations")
    asked = clips.filter(pk__in={upload.clip_id for upload in uploads}).values_list("pk", "thread_id")
    thread_of = {clip_id: thread_id for clip_id, thread_id in asked if thread_id is not None}
    events = [
        live_event(
            organisation_id=upload.organisation_id,
            thread_id=thread_of[upload.clip_id],
            kind=LiveKind.UPLOADING,
            now=now,
            clip_id=str(upload.clip_id),
            stored_bytes=upload.stored_bytes,
            declared_bytes=upload.declared_bytes,
        )
        for upload in uploads
        if upload.clip_id in thread_of
    ]
    if events:
        tell_all(events)
