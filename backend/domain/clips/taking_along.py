"""What of clips a phone takes along for when there is no line: bytes, because links expire."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.clips.models import Artefact, Clip, Segment
from backend.domain.clips.object_store import ObjectStore
from backend.domain.clips.playback import CAPTIONS
from backend.domain.clips.playback_links import PlaybackLink, new_link, sign_link
from backend.domain.clips.states import ArtefactKind, ArtefactStatus

_PICTURES = {ArtefactKind.POSTER: ("poster.jpg", "image/jpeg"), ArtefactKind.WAVEFORM: ("poster.png", "image/png")}
_LARGEST_CAPTIONS_BYTES = 20_000  # of a clip of a quarter of an hour; their size is known only once they are made


@dataclass(frozen=True)
class Taken:
    """One file, which is what its `urls` hold, in a row. `size_bytes`: how much that is, at most."""

    clip_id: UUID
    name: str
    content_type: str
    urls: tuple[str, ...]
    size_bytes: int


def files_to_take(
    *, actor: Actor, clips: Iterable[Clip], with_picture: bool, store: ObjectStore, now: datetime
) -> list[Taken]:
    """
    Return the files that let these clips play without a line, as far as they are made: the film, or its sound alone,
    the captions, and a picture of each. Two queries, however many clips.

    Tenancy: what was made of a clip is looked up in the actor's organisation; whoever holds the links may follow them.
    """
    by_id = {clip.pk: clip for clip in clips}
    ready = tenancy.within(actor, Artefact).filter(clip_id__in=by_id, status=ArtefactStatus.READY)
    made: dict[UUID, dict[ArtefactKind, Artefact]] = {clip_id: {} for clip_id in by_id}
    for artefact in ready:
        made[artefact.clip_id][ArtefactKind(artefact.kind)] = artefact
    sounds = ready.filter(kind=ArtefactKind.AUDIO) if not with_picture else ready.none()
    segments = tenancy.within(actor, Segment).filter(artefact__in=sounds).order_by("sequence")
    taking = _Taking(store, now, _by_artefact(segments) if not with_picture else {})
    return [taken for clip_id, clip in by_id.items() for taken in taking.of(clip, made[clip_id])]


def _by_artefact(segments: QuerySet[Segment]) -> dict[UUID, list[Segment]]:
    found: dict[UUID, list[Segment]] = {}
    for segment in segments:
        found.setdefault(segment.artefact_id, []).append(segment)
    return found


@dataclass(frozen=True)
class _Taking:
    store: ObjectStore
    now: datetime
    sounds: dict[UUID, list[Segment]]  # by their artefact; empty: pictures are wanted

    def of(self, clip: Clip, made: dict[ArtefactKind, Artefact]) -> Iterator[Taken]:
        link = new_link(organisation_id=clip.organisation_id, clip_id=clip.pk, now=self.now)
        sound = made.get(ArtefactKind.AUDIO)
        if sound is not None and sound.pk in self.sounds:
            yield self._sound(sound, self.sounds[sound.pk], link)
        elif ArtefactKind.OFFLINE in made:
            yield self._file(made[ArtefactKind.OFFLINE], "film.mp4", "video/mp4", link)
        for kind, (name, content_type) in _PICTURES.items():
            if kind in made:
                yield self._file(made[kind], name, content_type, link)
        if ArtefactKind.CAPTIONS in made:
            address = f"/media/{sign_link(link)}/{CAPTIONS}"
            yield Taken(clip.pk, "captions.vtt", "text/vtt", (address,), _LARGEST_CAPTIONS_BYTES)

    def _file(self, artefact: Artefact, name: str, content_type: str, link: PlaybackLink) -> Taken:
        url = self._url(artefact.object_key, content_type, link)
        return Taken(artefact.clip_id, name, content_type, (url,), artefact.size_bytes)

    def _sound(self, sound: Artefact, segments: list[Segment], link: PlaybackLink) -> Taken:
        # The init segment and the others in a row are one fragmented MP4.
        keys = [sound.object_key, *(segment.object_key for segment in segments)]
        urls = tuple(self._url(key, "audio/mp4", link) for key in keys)
        return Taken(sound.clip_id, "sound.m4a", "audio/mp4", urls, sound.size_bytes)

    def _url(self, object_key: str, content_type: str, link: PlaybackLink) -> str:
        return self.store.presigned_get(object_key, expires_in=link.expires_at - self.now, content_type=content_type)
