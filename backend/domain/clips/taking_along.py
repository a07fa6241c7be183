"""What of clips a phone takes along for when there is no line: bytes, because links expire."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import QuerySet

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.clips.models import Artefact, Clip, Segment
from backend.domain.clips.object_store import ObjectStore
from backend.domain.clips.playback import CAPTIONS, LOW_DATA_MASTER
from backend.domain.clips.playback_links import PlaybackLink, new_link, sign_link
from backend.domain.clips.states import ArtefactKind, ArtefactStatus

_PICTURES = {ArtefactKind.POSTER: ("poster.jpg", "image/jpeg"), ArtefactKind.WAVEFORM: ("poster.png", "image/png")}
_PLAYLIST = "application/vnd.apple.mpegurl"
_LARGEST_CAPTIONS_BYTES = 20_000  # of a clip of a quarter of an hour; their size is known only once they are made
_LARGEST_PLAYLIST_BYTES = 10_000  # so many segments of 4 s
_LARGEST_INIT_BYTES = 2_000


class Way(StrEnum):
    """How much of a film is taken along: all of it, its smallest picture with the sound, or the sound alone."""

    FILM = "film"
    SMALL = "small"
    SOUND = "sound"


# The smallest picture is taken as segments: a file of it would be stored with every clip, for the few that are kept.
_STREAMED: dict[Way, tuple[ArtefactKind, ...]] = {
    Way.FILM: (),
    Way.SMALL: (ArtefactKind.V240, ArtefactKind.AUDIO),  # what the playlist for little data names
    Way.SOUND: (ArtefactKind.AUDIO,),
}


@dataclass(frozen=True)
class Taken:
    """One file, which is what its `urls` hold, in a row. `size_bytes`: how much that is, at most."""

    clip_id: UUID
    name: str  # files of one clip that name each other lie as they do behind its link
    content_type: str
    urls: tuple[str, ...]
    size_bytes: int


def files_to_take(*, actor: Actor, clips: Iterable[Clip], way: Way, store: ObjectStore, now: datetime) -> list[Taken]:
    """
    Return the files that let these clips play without a line, as far as they are made: the film or its sound, the
    captions, and a picture of each. Two queries, however many clips.

    What a clip does not have in this way is taken as it is: a film that has no smaller picture, or no sound, whole.

    Tenancy: what was made of a clip is looked up in the actor's organisation; whoever holds the links may follow them.
    """
    by_id = {clip.pk: clip for clip in clips}
    ready = tenancy.within(actor, Artefact).filter(clip_id__in=by_id, status=ArtefactStatus.READY)
    made: dict[UUID, dict[ArtefactKind, Artefact]] = {clip_id: {} for clip_id in by_id}
    for artefact in ready:
        made[artefact.clip_id][ArtefactKind(artefact.kind)] = artefact
    streamed = ready.filter(kind__in=_STREAMED[way])
    segments = tenancy.within(actor, Segment).filter(artefact__in=streamed).order_by("sequence")
    taking = _Taking(store, now, way, _by_artefact(segments))
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
    way: Way
    segments: dict[UUID, list[Segment]]  # by their artefact; of what is streamed in this way

    def of(self, clip: Clip, made: dict[ArtefactKind, Artefact]) -> Iterator[Taken]:
        link = new_link(organisation_id=clip.organisation_id, clip_id=clip.pk, now=self.now)
        yield from self._to_play(made, link)
        for kind, (name, content_type) in _PICTURES.items():
            if kind in made:
                yield self._file(made[kind], name, content_type, link)
        if ArtefactKind.CAPTIONS in made:
            yield _told(link, CAPTIONS, "text/vtt", _LARGEST_CAPTIONS_BYTES)

    def _to_play(self, made: dict[ArtefactKind, Artefact], link: PlaybackLink) -> Iterator[Taken]:
        streamed = [made[kind] for kind in _STREAMED[self.way] if kind in made and made[kind].pk in self.segments]
        film = made.get(ArtefactKind.OFFLINE)
        if self.way is Way.SOUND and streamed:
            yield self._sound(streamed[0], link)
        elif film is not None and _has_smaller_picture(streamed, film):
            yield from self._stream(streamed, link)
        elif film is not None:
            yield self._file(film, "film.mp4", "video/mp4", link)

    def _stream(self, streamed: list[Artefact], link: PlaybackLink) -> Iterator[Taken]:
        yield _told(link, LOW_DATA_MASTER, _PLAYLIST, _LARGEST_PLAYLIST_BYTES)
        for made in streamed:
            yield _told(link, f"{made.kind}.m3u8", _PLAYLIST, _LARGEST_PLAYLIST_BYTES)
            files = [("init.mp4", made.object_key, _LARGEST_INIT_BYTES)]
            files += [(f"{one.sequence:05d}.m4s", one.object_key, one.size_bytes) for one in self.segments[made.pk]]
            for name, key, size_bytes in files:
                urls = (self._url(key, "video/mp4", link),)
                yield Taken(link.clip_id, f"{made.kind}/{name}", "video/mp4", urls, size_bytes)

    def _file(self, artefact: Artefact, name: str, content_type: str, link: PlaybackLink) -> Taken:
        url = self._url(artefact.object_key, content_type, link)
        return Taken(artefact.clip_id, name, content_type, (url,), artefact.size_bytes)

    def _sound(self, sound: Artefact, link: PlaybackLink) -> Taken:
        # The init segment and the others in a row are one fragmented MP4.
        keys = [sound.object_key, *(segment.object_key for segment in self.segments[sound.pk])]
        urls = tuple(self._url(key, "audio/mp4", link) for key in keys)
        return Taken(sound.clip_id, "sound.m4a", "audio/mp4", urls, sound.size_bytes)

    def _url(self, object_key: str, content_type: str, link: PlaybackLink) -> str:
        return self.store.presigned_get(object_key, expires_in=link.expires_at - self.now, content_type=content_type)


def _told(link: PlaybackLink, name: str, content_type: str, most_bytes: int) -> Taken:
    """Return what is written when it is asked for."""
    return Taken(link.clip_id, name, content_type, (f"/media/{sign_link(link)}/{name}",), most_bytes)


def _has_smaller_picture(streamed: list[Artefact], film: Artefact) -> bool:
    """Return whether what is `streamed` begins with a picture that is smaller than that of `film`."""
    if not streamed or streamed[0].kind != ArtefactKind.V240:
        return False
    return (streamed[0].width_px, streamed[0].height_px) != (film.width_px, film.height_px)
