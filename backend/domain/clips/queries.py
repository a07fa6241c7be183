"""What can be asked about clips: how they stand, and the words in them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch, QuerySet

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.clips.models import Artefact, Clip, Cue, Upload
from backend.domain.clips.states import UploadStatus
from backend.domain.clips.webvtt import Caption, render_webvtt


@dataclass(frozen=True)
class ClipStanding:
    """One clip, with everything that was or will be made of it, and its open upload if there is one."""

    clip: Clip
    artefacts: list[Artefact]
    upload: Upload | None


def get_clip(*, actor: Actor, clip_id: UUID) -> ClipStanding:
    """
    Return how the clip stands.

    :raises NotFound: no such clip in the actor's organisation.
    """
    clips = (
        tenancy.within(actor, Clip)
        .select_related("author__site")
        .prefetch_related(
            Prefetch("artefacts", tenancy.within(actor, Artefact).order_by("kind"), to_attr="every_artefact"),
            Prefetch("uploads", tenancy.within(actor, Upload).filter(status=UploadStatus.OPEN), to_attr="open_uploads"),
        )
    )
    clip = tenancy.find_in(clips, clip_id)
    artefacts: list[Artefact] = clip.every_artefact  # type: ignore[attr-defined]  # set by the prefetch
    uploads: list[Upload] = clip.open_uploads  # type: ignore[attr-defined]
    return ClipStanding(clip, artefacts, uploads[0] if uploads else None)


def list_cues(*, actor: Actor, clip_id: UUID) -> QuerySet[Cue]:
    """
    Return the clip's cues in order; none before its captions are ready.

    :raises NotFound: no such clip in the actor's organisation.
    """
    clip = tenancy.find(actor, Clip, clip_id)
    return tenancy.within(actor, Cue).filter(clip=clip).order_by("position")


def captions_webvtt(*, actor: Actor, clip_id: UUID) -> str:
    """
    Return the clip's captions as WebVTT, without cues before they are ready.

    :raises NotFound: no such clip in the actor's organisation.
    """
    return webvtt_of(list_cues(actor=actor, clip_id=clip_id))


def webvtt_of(cues: QuerySet[Cue]) -> str:
    """Return these cues as a WebVTT document."""
    return render_webvtt(Caption(cue.start_ms, cue.end_ms, cue.text, cue.confidence) for cue in cues)
