"""A clip's captions as they are read: while they grow, when they are complete, and with people's corrections."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final
from uuid import UUID

from django.db.models import Max, Prefetch, Q, QuerySet

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.clips.models import Clip, Cue
from backend.domain.clips.states import ArtefactKind, ArtefactStatus
from backend.domain.clips.webvtt import Caption, render_webvtt

PART_MS: Final = 10_000  # short, so that a player that came early waits little; players ask for a part at a time


def list_cues(*, actor: Actor, clip_id: UUID) -> QuerySet[Cue]:
    """
    Return the clip's cues in order, with who corrected them: those of its first seconds before the rest.

    :raises NotFound: no such clip in the actor's organisation.
    """
    return cues_of(tenancy.find(actor, Clip, clip_id)).select_related("corrected_by__site")


def list_spoken_clips(*, actor: Actor, thread_id: UUID | None, clip_ids: Collection[UUID] = ()) -> QuerySet[Clip]:
    """
    Return the clips of a thread and those named, the oldest first, each with its cues in order. Two queries.

    Tenancy: the actor's organisation only.
    """
    clips = tenancy.within(actor, Clip).filter(Q(thread_id=thread_id, thread_id__isnull=False) | Q(pk__in=clip_ids))
    cues = Prefetch("cues", tenancy.within(actor, Cue).order_by("position"))
    return clips.select_related("author__site").prefetch_related(cues).order_by("created_at", "pk")


def captions_webvtt(*, actor: Actor, clip_id: UUID) -> str:
    """
    Return the clip's captions so far as WebVTT.

    :raises NotFound: no such clip in the actor's organisation.
    """
    return webvtt_of(tenancy.find(actor, Clip, clip_id))


def webvtt_of(clip: Clip, *, part: int | None = None) -> str:
    """Return the clip's cues as a WebVTT document; of one part, those that are shown in any of it."""
    cues = cues_of(clip)
    if part is not None:
        cues = cues.filter(start_ms__lt=(part + 1) * PART_MS, end_ms__gt=part * PART_MS)
    return render_webvtt(_caption(cue) for cue in cues)


def part_durations(clip: Clip, *, is_complete: bool) -> list[int]:
    """
    Return how long each part of the captions is, in ms, without those that may still grow: players read a part once.

    A recogniser has heard at least up to where its last cue begins.
    """
    clip_ms = clip.duration_ms or 0
    heard_ms = clip_ms if is_complete else cues_of(clip).aggregate(last=Max("start_ms"))["last"] or 0
    durations = (min(PART_MS, clip_ms - start_ms) for start_ms in range(0, clip_ms, PART_MS))
    return [duration for number, duration in enumerate(durations) if number * PART_MS + duration <= heard_ms]


def cues_of(clip: Clip) -> QuerySet[Cue]:
    """Return the clip's cues in order."""
    return tenancy.within_organisation(clip.organisation_id, Cue).filter(clip=clip).order_by("position")


def complete_cues(*, organisation_id: UUID, clip_id: UUID) -> QuerySet[Cue]:
    """Return the clip's cues in order once all of it was heard, none before: half a procedure is none."""
    cues = tenancy.within_organisation(organisation_id, Cue).filter(clip_id=clip_id)
    complete = {"clip__artefacts__kind": ArtefactKind.CAPTIONS, "clip__artefacts__status": ArtefactStatus.READY}
    return cues.filter(**complete).order_by("position")


def _caption(cue: Cue) -> Caption:
    return Caption(
        start_ms=cue.start_ms,
        end_ms=cue.end_ms,
        text=cue.text,
        confidence=cue.confidence,
        words=tuple((word["text"], word["confidence"]) for word in cue.words),
    )
