"""What a page shows of many clips before anybody plays one: a picture, and how many bytes each way to play it costs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.clips.artefacts import RENDITIONS
from backend.domain.clips.models import Artefact, Clip
from backend.domain.clips.object_store import ObjectStore
from backend.domain.clips.states import ArtefactKind, ArtefactStatus

_PICTURES = {ArtefactKind.POSTER: "image/jpeg", ArtefactKind.WAVEFORM: "image/png"}


@dataclass(frozen=True)
class ClipShown:
    """`picture_url`: the poster of a video, the waveform of a voice note, by a signed link; None: not there yet."""

    clip: Clip
    picture_url: str | None = None
    sizes_bytes: dict[ArtefactKind, int] = field(default_factory=dict)  # of each whole rendition
    has_captions: bool = False


def show_clips(*, actor: Actor, clips: Iterable[Clip], store: ObjectStore) -> dict[UUID, ClipShown]:
    """
    Return what to show of each of `clips`, by id. One query, however many they are.

    Tenancy: what was made of a clip is looked up in the actor's organisation.
    """
    by_id = {clip.pk: clip for clip in clips}
    made: dict[UUID, list[Artefact]] = {clip_id: [] for clip_id in by_id}
    found = tenancy.within(actor, Artefact).filter(
        clip_id__in=by_id, status__in=[ArtefactStatus.PLAYABLE, ArtefactStatus.READY]
    )
    for artefact in found if by_id else []:
        made[artefact.clip_id].append(artefact)
    return {clip_id: _shown(by_id[clip_id], artefacts, store) for clip_id, artefacts in made.items()}


def _shown(clip: Clip, artefacts: list[Artefact], store: ObjectStore) -> ClipShown:
    by_kind = {ArtefactKind(artefact.kind): artefact for artefact in artefacts}
    whole = {kind: by_kind[kind] for kind in RENDITIONS if kind in by_kind}
    return ClipShown(
        clip=clip,
        picture_url=_picture_url(by_kind, store),
        sizes_bytes={
            kind: artefact.size_bytes for kind, artefact in whole.items() if artefact.status == ArtefactStatus.READY
        },
        has_captions=ArtefactKind.CAPTIONS in by_kind,
    )


def _picture_url(by_kind: dict[ArtefactKind, Artefact], store: ObjectStore) -> str | None:
    for kind, content_type in _PICTURES.items():
        if kind in by_kind:
            life = settings.PLAYBACK_LINK_LIFE
            return store.presigned_get(by_kind[kind].object_key, expires_in=life, content_type=content_type)
    return None
