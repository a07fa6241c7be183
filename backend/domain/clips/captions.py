"""A clip's captions as they are read: while they grow, when they are complete, and with people's corrections."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.clips.models import Clip, Cue
from backend.domain.clips.webvtt import Caption, render_webvtt


def list_cues(*, actor: Actor, clip_id: UUID) -> QuerySet[Cue]:
    """
    Return the clip's cues in order, with who corrected them: those of its first seconds before the rest.

    :raises NotFound: no such clip in the actor's organisation.
    """
    return cues_of(tenancy.find(actor, Clip, clip_id)).select_related("corrected_by__site")


def captions_webvtt(*, actor: Actor, clip_id: UUID) -> str:
    """
    Return the clip's captions so far as WebVTT.

    :raises NotFound: no such clip in the actor's organisation.
    """
    return webvtt_of(tenancy.find(actor, Clip, clip_id))


def webvtt_of(clip: Clip) -> str:
    """Return the clip's cues as a WebVTT document."""
    return render_webvtt(_caption(cue) for cue in cues_of(clip))


def cues_of(clip: Clip) -> QuerySet[Cue]:
    """Return the clip's cues in order."""
    return tenancy.within_organisation(clip.organisation_id, Cue).filter(clip=clip).order_by("position")


def _caption(cue: Cue) -> Caption:
    return Caption(
        start_ms=cue.start_ms,
        end_ms=cue.end_ms,
        text=cue.text,
        confidence=cue.confidence,
        words=tuple((word["text"], word["confidence"]) for word in cue.words),
    )
