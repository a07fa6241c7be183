"""Films that came inside of somebody's file, not from a phone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.clips.jobs import queue_render
from backend.domain.clips.models import Clip
from backend.domain.clips.operations import expect_clip
from backend.domain.clips.states import CLIP_MOVES, ClipStatus
from backend.domain.states import move


@dataclass(frozen=True)
class StoredFilm:
    """A film whose bytes are in the object store, with the SHA-256 that we computed of them."""

    object_key: str
    size_bytes: int
    sha256: str


def keep_film(*, actor: Actor, clip_id: UUID, film: StoredFilm, now: datetime) -> Clip:
    """
    Make a clip of the actor's out of a stored film, and ask for its processing, as of what a phone sent.

    Tenancy: the clip is the actor's organisation's.
    Transaction: required; appends `media.job_queued`. Idempotent: a clip that has its film stays as it is.

    :raises IdTaken: the id is another person's clip.
    """
    clip = expect_clip(actor=actor, clip_id=clip_id, now=now)
    if clip.status != ClipStatus.EXPECTED:
        return clip
    move(clip, CLIP_MOVES, to=ClipStatus.UPLOADING)
    facts: dict[str, Any] = {"original_key": film.object_key, "original_bytes": film.size_bytes, "sha256": film.sha256}
    move(clip, CLIP_MOVES, to=ClipStatus.PROCESSING, verified_at=now, **facts)
    queue_render(clip=clip, now=now)
    return clip


def clips_with_film(*, actor: Actor, sha256s: set[str]) -> dict[str, UUID]:
    """Return the clips of the actor's organisation whose original is one of these files, by its SHA-256."""
    clips = tenancy.within(actor, Clip).filter(sha256__in=sha256s).exclude(status=ClipStatus.REJECTED)
    return dict(clips.order_by("-created_at").values_list("sha256", "pk"))
