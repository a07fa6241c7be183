"""What can be asked about clips: how they stand."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.clips.capture_facts import Place
from backend.domain.clips.models import Artefact, Clip, Upload
from backend.domain.clips.states import ClipStatus, UploadStatus


@dataclass(frozen=True)
class ClipStanding:
    """One clip, with everything that was or will be made of it, and its open upload if there is one."""

    clip: Clip
    artefacts: list[Artefact]
    upload: Upload | None
    place: Place | None  # None, too, when it is not for the reader's eyes


def get_clip(*, actor: Actor, clip_id: UUID) -> ClipStanding:
    """
    Return how the clip stands.

    Where it was filmed is told to its author and to curators only, and only while their organisation keeps locations.

    :raises NotFound: no such clip in the actor's organisation.
    """
    clips = (
        tenancy.within(actor, Clip)
        .select_related("author__site", "organisation")
        .prefetch_related(
            Prefetch("artefacts", tenancy.within(actor, Artefact).order_by("kind"), to_attr="every_artefact"),
            open_uploads(actor),
        )
    )
    clip = tenancy.find_in(clips, clip_id)
    artefacts: list[Artefact] = clip.every_artefact  # type: ignore[attr-defined]  # set by the prefetch
    return ClipStanding(clip, artefacts, open_upload_of(clip), _place_for(actor, clip))


def _place_for(actor: Actor, clip: Clip) -> Place | None:
    if clip.latitude is None or clip.longitude is None or not clip.organisation.keeps_locations:
        return None
    may_see = clip.author_id == actor.person_id or actor.may_curate
    return Place(clip.latitude, clip.longitude) if may_see else None


def open_uploads(actor: Actor, *, of: str = "") -> Prefetch[str]:
    """Return what to prefetch for `open_upload_of`; `of` leads from the rows of a query to their clips."""
    path = f"{of}__uploads" if of else "uploads"
    return Prefetch(path, tenancy.within(actor, Upload).filter(status=UploadStatus.OPEN), to_attr="open_uploads")


def open_upload_of(clip: Clip) -> Upload | None:
    """Return the upload by which the clip is arriving right now. No query where `open_uploads` was prefetched."""
    if clip.status != ClipStatus.UPLOADING:
        return None
    prefetched: list[Upload] | None = getattr(clip, "open_uploads", None)
    if prefetched is None:
        return (
            tenancy.within_organisation(clip.organisation_id, Upload)
            .filter(clip=clip, status=UploadStatus.OPEN)
            .first()
        )
    return prefetched[0] if prefetched else None
