"""Playing a clip: the facts that a session may see, and the playlists that the signed link opens."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from backend.domain import tenancy
from backend.domain.actor import Actor
from backend.domain.clips import hls
from backend.domain.clips.artefacts import RENDITIONS, VIDEO_RENDITIONS, artefacts_of
from backend.domain.clips.captions import cues_of, part_durations, webvtt_of
from backend.domain.clips.models import Artefact, Clip, Segment
from backend.domain.clips.object_store import ObjectStore
from backend.domain.clips.playback_links import PlaybackLink, new_link, read_link, sign_link
from backend.domain.clips.states import ArtefactKind, ArtefactStatus, ClipStatus
from backend.domain.clips.storyboard import Tiles, storyboard_webvtt
from backend.domain.errors import DomainError, NotFound

MASTER: Final = "master.m3u8"
LOW_DATA_MASTER: Final = "low.m3u8"  # with its smallest picture only: players that choose by themselves have no choice
STORYBOARD: Final = "storyboard.vtt"
CAPTIONS: Final = "captions.vtt"
CAPTIONS_PLAYLIST: Final = "captions.m3u8"
_STARTED: Final = (ArtefactStatus.PLAYABLE, ArtefactStatus.READY)
_MP4: Final = "video/mp4"
_JPEG: Final = "image/jpeg"
_SHORTEST_LIFE: Final = timedelta(minutes=1)  # a playlist fetched in its link's last second can still be played


class ClipNotReady(DomainError):
    """The clip cannot be played yet; `facts` tell how far it is."""

    code = "clip_not_ready"


class ClipIsRejected(DomainError):
    """The clip cannot be used; the text says why."""

    code = "clip_rejected"


@dataclass(frozen=True)
class Storyboard:
    url: str
    columns: int
    rows: int
    tile_interval_ms: int
    width_px: int | None
    height_px: int | None


@dataclass(frozen=True)
class Playback:
    """Where to fetch the parts of one clip until `expires_at`; None: not there yet, or there is none."""

    status: str
    signed: str  # names the clip in /media/{signed}/…
    has_captions: bool
    poster_url: str | None
    waveform_url: str | None
    storyboard: Storyboard | None
    offline_url: str | None
    expires_at: datetime


def get_playback(*, actor: Actor, clip_id: UUID, store: ObjectStore, now: datetime) -> Playback:
    """
    Return how to play the clip, without any header, until the links expire.

    Tenancy: `clip_id` is looked up in the actor's organisation; whoever holds the links may follow them.

    :raises NotFound: no such clip in the actor's organisation.
    :raises ClipNotReady: its first segments are not there yet.
    :raises ClipIsRejected: it cannot be used.
    """
    clip = tenancy.find(actor, Clip, clip_id)
    _require_playable(clip)
    link = new_link(organisation_id=clip.organisation_id, clip_id=clip.id, now=now)
    # Only captions and renditions are ever half there: a file that is listed is ready.
    made = {ArtefactKind(artefact.kind): artefact for artefact in artefacts_of(clip).filter(status__in=_STARTED)}
    life = link.expires_at - now
    return Playback(
        status=clip.status,
        signed=sign_link(link),
        has_captions=ArtefactKind.CAPTIONS in made,
        poster_url=_file_url(made.get(ArtefactKind.POSTER), _JPEG, life=life, store=store),
        waveform_url=_file_url(made.get(ArtefactKind.WAVEFORM), "image/png", life=life, store=store),
        storyboard=_storyboard(made.get(ArtefactKind.STORYBOARD), life=life, store=store),
        offline_url=_file_url(made.get(ArtefactKind.OFFLINE), _MP4, life=life, store=store),
        expires_at=link.expires_at,
    )


def _require_playable(clip: Clip) -> None:
    if clip.status == ClipStatus.REJECTED:
        raise ClipIsRejected(clip.rejection_reason, rejection_code=clip.rejection_code)
    if clip.playable_at is None:
        raise ClipNotReady("The clip cannot be played yet.", state=clip.status, percent=clip.render_percent)


def _file_url(artefact: Artefact | None, content_type: str, *, life: timedelta, store: ObjectStore) -> str | None:
    if artefact is None:
        return None
    return store.presigned_get(artefact.object_key, expires_in=life, content_type=content_type)


def _storyboard(artefact: Artefact | None, *, life: timedelta, store: ObjectStore) -> Storyboard | None:
    url = _file_url(artefact, _JPEG, life=life, store=store)
    if artefact is None or url is None:
        return None
    return Storyboard(
        url=url,
        columns=artefact.columns or 1,
        rows=artefact.rows or 1,
        tile_interval_ms=artefact.tile_interval_ms or 0,
        width_px=artefact.width_px,
        height_px=artefact.height_px,
    )


def get_playlist(*, signed: str, name: str, now: datetime) -> str:
    """
    Return the playlist `name` of the clip that `signed` opens. Nobody needs to be signed in: the link is the right.

    :raises LinkExpired: the link has expired, or is not ours.
    :raises NotFound: the clip has no such playlist (yet).
    """
    clip = _linked_clip(read_link(signed, now=now))
    if name == MASTER:
        return _master(clip, most=len(VIDEO_RENDITIONS))
    if name == LOW_DATA_MASTER:
        return _master(clip, most=1)
    if name == CAPTIONS_PLAYLIST:
        return _captions_playlist(clip)
    return _rendition(clip, name.removesuffix(".m3u8"))


def _captions_playlist(clip: Clip) -> str:
    captions = artefacts_of(clip, {ArtefactKind.CAPTIONS}).filter(status__in=_STARTED).first()
    if captions is None:
        raise NotFound("This clip has no captions.")
    is_complete = captions.status == ArtefactStatus.READY
    return hls.captions_playlist(_caption_parts(clip, captions), is_complete=is_complete)


def _caption_parts(clip: Clip, captions: Artefact) -> list[hls.PlaylistSegment]:
    durations = part_durations(clip, is_complete=captions.status == ArtefactStatus.READY)
    return [hls.PlaylistSegment(f"captions/{number:05d}.vtt", lasts_ms) for number, lasts_ms in enumerate(durations)]


def segment_url(*, signed: str, rendition: str, sequence: int | None, store: ObjectStore, now: datetime) -> str:
    """
    Return where the bytes of one segment are; of the rendition's init segment, when `sequence` is None.

    :raises LinkExpired: the link has expired, or is not ours.
    :raises NotFound: the clip has no such segment (yet).
    """
    link = read_link(signed, now=now)
    clip = _linked_clip(link)
    made = _started_rendition(clip, rendition) if sequence is None else _segment(clip, rendition, sequence)
    life = max(link.expires_at - now, _SHORTEST_LIFE)
    return store.presigned_get(made.object_key, expires_in=life, content_type=_MP4)


def _segment(clip: Clip, kind: str, sequence: int) -> Segment:
    of_rendition = _segments_of(clip).filter(artefact__kind=kind, artefact__status__in=_STARTED)
    segment = of_rendition.filter(sequence=sequence).first()
    if segment is None:
        raise NotFound("There is no such segment of this clip.")
    return segment


def get_captions(*, signed: str, part: int | None = None, now: datetime) -> str:
    """
    Return the captions so far of the clip that `signed` opens, or one part of them, as WebVTT.

    :raises LinkExpired: the link has expired, or is not ours.
    :raises NotFound: the clip is gone.
    """
    return webvtt_of(_linked_clip(read_link(signed, now=now)), part=part)


def get_storyboard(*, signed: str, now: datetime) -> str:
    """
    Return the tiles of the linked clip's storyboard as WebVTT; they name `storyboard.PICTURE` beside it.

    :raises LinkExpired: the link has expired, or is not ours.
    :raises NotFound: the clip has no storyboard (yet).
    """
    clip = _linked_clip(read_link(signed, now=now))
    made = _made_storyboard(clip)
    tiles = Tiles(
        width_px=made.width_px or 0,
        height_px=made.height_px or 0,
        columns=made.columns or 1,
        rows=made.rows or 1,
        interval_ms=made.tile_interval_ms or 1,
    )
    return storyboard_webvtt(tiles, duration_ms=clip.duration_ms or 0)


def storyboard_picture_url(*, signed: str, store: ObjectStore, now: datetime) -> str:
    """Return where the picture of the linked clip's storyboard is. Errors as for `get_storyboard`."""
    link = read_link(signed, now=now)
    made = _made_storyboard(_linked_clip(link))
    life = max(link.expires_at - now, _SHORTEST_LIFE)
    return store.presigned_get(made.object_key, expires_in=life, content_type=_JPEG)


def _made_storyboard(clip: Clip) -> Artefact:
    made = artefacts_of(clip, {ArtefactKind.STORYBOARD}).filter(status=ArtefactStatus.READY).first()
    if made is None:
        raise NotFound("This clip has no storyboard.")
    return made


def _linked_clip(link: PlaybackLink) -> Clip:
    return tenancy.find_in(tenancy.within_organisation(link.organisation_id, Clip), link.clip_id)


def _master(clip: Clip, *, most: int) -> str:
    if clip.playable_at is None:
        raise NotFound("Nothing of this clip can be played yet.")
    started = {ArtefactKind(made.kind): made for made in artefacts_of(clip).filter(status__in=_STARTED)}
    peaks = _peak_bits_per_second(clip)
    renditions = {kind: _master_rendition(started[kind], peaks) for kind in RENDITIONS if kind in started}
    captions = started.get(ArtefactKind.CAPTIONS)
    # Like a rendition (docs/adr/0014): a playlist that is still empty breaks players.
    has_captions = captions is not None and bool(_caption_parts(clip, captions))
    return hls.master_playlist(
        videos=[renditions[kind] for kind in VIDEO_RENDITIONS if kind in renditions][:most],  # the smallest is first
        audio=renditions.get(ArtefactKind.AUDIO),
        captions_uri=CAPTIONS_PLAYLIST if has_captions else None,
        language=_language(clip),
    )


def _master_rendition(artefact: Artefact, peaks: dict[UUID, int]) -> hls.MasterRendition:
    return hls.MasterRendition(
        uri=f"{artefact.kind}.m3u8",
        bits_per_second=max(artefact.bits_per_second or 0, peaks.get(artefact.id, 0)),
        width_px=artefact.width_px,
        height_px=artefact.height_px,
        codecs=artefact.codecs,
    )


def _peak_bits_per_second(clip: Clip) -> dict[UUID, int]:
    """Return the peak segment bit rate of each rendition: what RFC 8216 wants as BANDWIDTH."""
    rates = _segments_of(clip).values_list("artefact_id", "size_bytes", "duration_ms")
    peaks: dict[UUID, int] = {}
    for artefact_id, size_bytes, duration_ms in rates:
        peaks[artefact_id] = max(peaks.get(artefact_id, 0), size_bytes * 8_000 // duration_ms)
    return peaks


def _segments_of(clip: Clip) -> QuerySet[Segment]:
    return tenancy.within_organisation(clip.organisation_id, Segment).filter(artefact__clip=clip)


def _language(clip: Clip) -> str:
    cue = cues_of(clip).first()
    return cue.language if cue is not None else "und"  # RFC 5646: undetermined


def _rendition(clip: Clip, kind: str) -> str:
    artefact = _started_rendition(clip, kind)
    segments = _segments_of(clip).filter(artefact=artefact).order_by("sequence")
    # A segment's address may never change while the playlist grows (RFC 8216, section 6.2.1), and a presigned one
    # does with every second: so these are addresses of ours, relative to the playlist, which redirect.
    return hls.media_playlist(
        init_url=f"{kind}/init.mp4",
        segments=[
            hls.PlaylistSegment(f"{kind}/{segment.sequence:05d}.m4s", segment.duration_ms) for segment in segments
        ],
        is_complete=artefact.status == ArtefactStatus.READY,
    )


def _started_rendition(clip: Clip, kind: str) -> Artefact:
    artefact = artefacts_of(clip, RENDITIONS).filter(kind=kind, status__in=_STARTED).first()
    if artefact is None:
        raise NotFound("There is no such rendition of this clip.")
    return artefact
