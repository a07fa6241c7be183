"""What a media worker has published, checked against the object store and written as rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Sum

from api_schema.media_jobs import (
    FILE_NAMES,
    MediaKind,
    ProbeFacts,
    Progress,
    PublishedFile,
    PublishedSegment,
    RenditionSize,
    SoundFacts,
)
from backend.domain import tenancy
from backend.domain.clips.artefacts import (
    EVERY_KIND,
    RENDITIONS,
    VIDEO_RENDITIONS,
    AbsentReason,
    artefacts_of,
    mark_absent,
    settle,
)
from backend.domain.clips.attempts import attempt_prefix
from backend.domain.clips.capture_facts import Place, believable_filmed_at, believable_place
from backend.domain.clips.models import Artefact, Clip, MediaJob, Segment
from backend.domain.clips.object_store import ObjectStore
from backend.domain.clips.report_checks import MAX_OUTPUT_BYTES, duration_tolerance_ms, require
from backend.domain.clips.states import ArtefactKind, ArtefactStatus
from backend.domain.clips.watching import ClipNews, tell_of_clip

_KIND_OF_FILE: Final = {name: ArtefactKind(kind) for kind, name in FILE_NAMES.items()}
_STARTED: Final = (ArtefactStatus.PLAYABLE, ArtefactStatus.READY)
_KNOWN_SOUND: Final = (*_STARTED, ArtefactStatus.ABSENT)
_SIZED: Final = ["width_px", "height_px", "bits_per_second", "codecs"]
_PROBED: Final = ["media_kind", "duration_ms", "width_px", "height_px", "filmed_at", "latitude", "longitude"]


@dataclass(frozen=True)
class Known:
    """The clip's artefacts by kind, and the segments that are recorded of each rendition."""

    artefacts: dict[ArtefactKind, Artefact]
    segments: dict[tuple[ArtefactKind, int], Segment]

    @classmethod
    def of(cls, clip: Clip) -> Known:
        artefacts = {ArtefactKind(artefact.kind): artefact for artefact in artefacts_of(clip)}
        kind_of = {artefact.id: kind for kind, artefact in artefacts.items()}
        rows = tenancy.within_organisation(clip.organisation_id, Segment).filter(artefact__clip=clip)
        return cls(artefacts, {(kind_of[row.artefact_id], row.sequence): row for row in rows})

    def new_segments(self, reported: Sequence[PublishedSegment]) -> list[PublishedSegment]:
        """Return the reported segments that are not recorded yet, in order."""
        new = [
            segment for segment in reported if (ArtefactKind(segment.rendition), segment.sequence) not in self.segments
        ]
        return sorted(new, key=lambda segment: (segment.rendition, segment.sequence))

    def new_files(self, reported: Sequence[PublishedFile]) -> list[PublishedFile]:
        """Return the reported files whose artefact is not ready yet."""
        return [file for file in reported if self.artefacts[_KIND_OF_FILE[file.name]].status != ArtefactStatus.READY]


def check_objects(job: MediaJob, progress: Progress, *, store: ObjectStore) -> None:
    """
    Ask the object store for everything in the report that is not recorded yet.

    Before any transaction: a slow store must not hold rows.

    :raises ResultRefused: an object is missing or has another size than reported.
    """
    known, prefix = Known.of(job.clip), attempt_prefix(job)
    for segment in known.new_segments(progress.segments):
        _check_object(store, f"{prefix}{_segment_name(segment)}", segment.size_bytes)
        if segment.sequence == 0:
            require(
                (store.head(f"{prefix}{segment.rendition}/init.mp4") or 0) > 0, f"{segment.rendition}: no init.mp4."
            )
    for file in known.new_files(progress.files):
        _check_object(store, f"{prefix}{file.name}", file.size_bytes)


def _check_object(store: ObjectStore, key: str, size_bytes: int) -> None:
    # HEAD before trusting a size: the worker reports it, and the worker reads hostile files.
    stored_bytes = store.head(key)
    require(stored_bytes is not None, f"{_name_in(key)} is not in the object store.")
    require(stored_bytes == size_bytes, f"{_name_in(key)} has {stored_bytes} bytes, not {size_bytes}.")


def _name_in(key: str) -> str:
    return "/".join(key.split("/")[5:])


def _segment_name(segment: PublishedSegment) -> str:
    return f"{segment.rendition}/{segment.sequence:05d}.m4s"


def publish(job: MediaJob, progress: Progress, *, now: datetime) -> None:
    """
    Write what the report adds: probe, sizes, segments and files. The first segments make the clip playable.

    Transaction: required, holding the job (`lock_attempt`), after `check_objects`.
    Idempotent: what is recorded already is left as it is.

    :raises ResultRefused: the report contradicts what is recorded.
    """
    if progress.probe is not None:
        _record_probe(job.clip, progress.probe, now=now)
    require(job.clip.duration_ms is not None, "The probe must be reported first.")
    known = Known.of(job.clip)
    _record_sizes(known, progress.renditions, now=now)
    _record_segments(job, known, progress.segments, now=now)
    _record_files(job, known, progress.files, now=now)
    _record_percent(job.clip, known, percent=progress.percent, now=now)


def _record_probe(clip: Clip, probe: ProbeFacts, *, now: datetime) -> None:
    clip.media_kind = probe.media_kind
    clip.duration_ms = probe.duration_ms
    clip.width_px = probe.width_px
    clip.height_px = probe.height_px
    clip.filmed_at = believable_filmed_at(probe, now=now)
    place = _kept_place(clip, probe)
    clip.latitude, clip.longitude = (place.latitude, place.longitude) if place else (None, None)
    clip.save(update_fields=_PROBED)
    if not probe.has_audio:
        spoken = {ArtefactKind.AUDIO, ArtefactKind.SPEECH, ArtefactKind.CAPTIONS}
        mark_absent(clip, spoken, reason=AbsentReason.NO_AUDIO, now=now)
    if probe.media_kind is MediaKind.VOICE:
        mark_absent(clip, VIDEO_RENDITIONS, reason=AbsentReason.NO_PICTURE, now=now)


def _kept_place(clip: Clip, probe: ProbeFacts) -> Place | None:
    """Return where the clip was filmed, if its organisation wants to keep that: else it is never written down."""
    place = believable_place(probe)
    return place if place is not None and clip.organisation.keeps_locations else None


def record_sound(clip: Clip, sound: SoundFacts | None, *, has_audio: bool) -> None:
    """Write how loud the clip is, and whether anything can be heard at all. Transaction: joins the caller's."""
    clip.is_audible = False if not has_audio else sound.is_audible if sound is not None else None
    clip.loudness_lufs = sound.loudness_lufs if sound is not None and has_audio else None
    clip.save(update_fields=["is_audible", "loudness_lufs"])


def _record_sizes(known: Known, sizes: Sequence[RenditionSize], *, now: datetime) -> None:
    for size in sizes:
        artefact = known.artefacts[ArtefactKind(size.rendition)]
        _require_wanted(artefact)
        before = [getattr(artefact, name) for name in _SIZED]
        artefact.width_px, artefact.height_px = size.width_px or None, size.height_px or None
        artefact.bits_per_second = size.bits_per_second
        artefact.codecs = size.codecs or artefact.codecs  # a plan that comes late takes nothing back
        if before != [getattr(artefact, name) for name in _SIZED]:
            artefact.updated_at = now
            artefact.save(update_fields=[*_SIZED, "updated_at"])


def _require_wanted(artefact: Artefact) -> None:
    require(artefact.status != ArtefactStatus.ABSENT, f"{artefact.kind}: there is nothing to make for this clip.")


def _record_segments(job: MediaJob, known: Known, reported: Sequence[PublishedSegment], *, now: datetime) -> None:
    _require_same(known, reported)
    rows = []
    for segment in known.new_segments(reported):
        kind = ArtefactKind(segment.rendition)
        artefact = known.artefacts[kind]
        _require_wanted(artefact)
        is_next = segment.sequence == 0 or (kind, segment.sequence - 1) in known.segments
        require(is_next, f"{segment.rendition}: segment {segment.sequence} has no one before it.")
        row = _segment_row(job, artefact, segment)
        known.segments[kind, segment.sequence] = row
        rows.append(row)
    tenancy.create_many(Segment, rows)
    for artefact in {row.artefact for row in rows if row.sequence == 0}:
        init_key = f"{attempt_prefix(job)}{artefact.kind}/init.mp4"
        settle(artefact, to=ArtefactStatus.PLAYABLE, object_key=init_key, now=now)
    _require_room(job.clip, known)


def _segment_row(job: MediaJob, artefact: Artefact, segment: PublishedSegment) -> Segment:
    return Segment(
        organisation_id=job.organisation_id,
        artefact=artefact,
        sequence=segment.sequence,
        duration_ms=segment.duration_ms,
        object_key=f"{attempt_prefix(job)}{_segment_name(segment)}",
        size_bytes=segment.size_bytes,
    )


def _require_same(known: Known, reported: Sequence[PublishedSegment]) -> None:
    """Refuse a report that tells another story about a recorded segment: players have read it already."""
    for segment in reported:
        row = known.segments.get((ArtefactKind(segment.rendition), segment.sequence))
        if row is not None:
            same = (row.duration_ms, row.size_bytes) == (segment.duration_ms, segment.size_bytes)
            require(same, f"{segment.rendition}: segment {segment.sequence} was another one before.")


def _require_room(clip: Clip, known: Known) -> None:
    """Refuse what would be longer than the clip, or larger than all of its artefacts may be."""
    duration_ms = clip.duration_ms or 0
    for kind in RENDITIONS:
        total_ms = sum(row.duration_ms for (of, _), row in known.segments.items() if of == kind)
        require(total_ms <= duration_ms + duration_tolerance_ms(duration_ms), f"{kind}: longer than the clip.")
    total_bytes = sum(row.size_bytes for row in known.segments.values())
    require(total_bytes <= MAX_OUTPUT_BYTES, "The segments are larger than allowed.")


def _record_files(job: MediaJob, known: Known, reported: Sequence[PublishedFile], *, now: datetime) -> None:
    for file in known.new_files(reported):
        artefact = known.artefacts[_KIND_OF_FILE[file.name]]
        _require_wanted(artefact)
        settle(
            artefact,
            to=ArtefactStatus.READY,
            object_key=f"{attempt_prefix(job)}{file.name}",
            size_bytes=file.size_bytes,
            width_px=file.width_px,
            height_px=file.height_px,
            columns=file.columns,
            rows=file.rows,
            tile_interval_ms=file.tile_interval_ms,
            now=now,
        )


def _record_percent(clip: Clip, known: Known, *, percent: int, now: datetime) -> None:
    # Reports may overtake each other on the way; a bar that goes back would look broken.
    clip.render_percent = max(clip.render_percent, percent)
    clip.save(update_fields=["render_percent"])
    if clip.playable_at is None and _is_playable(clip, known):
        _make_playable(clip, now=now)


def _make_playable(clip: Clip, *, now: datetime) -> None:
    clip.playable_at = now
    clip.save(update_fields=["playable_at"])
    tell_of_clip(clip, ClipNews.PLAYABLE, now=now)


def _is_playable(clip: Clip, known: Known) -> bool:
    """
    Return whether every rendition that was planned has begun, picture and sound.

    A player reads the master playlist once: what is not in it then is never played. And a rendition without any
    segment cannot be in it: hls.js drops it (`levelEmptyError`), Android's player breaks on it. All renditions
    come out of one encode, so the last of them begins a moment after the first.
    """
    planned = {kind for kind in RENDITIONS if _is_planned(known.artefacts[kind])}
    shown = (ArtefactKind.AUDIO,) if clip.media_kind == MediaKind.VOICE else VIDEO_RENDITIONS
    have_begun = all(known.artefacts[kind].status in _STARTED for kind in planned)
    return have_begun and bool(planned & set(shown)) and known.artefacts[ArtefactKind.AUDIO].status in _KNOWN_SOUND


def _is_planned(artefact: Artefact) -> bool:
    return artefact.bits_per_second is not None and artefact.status != ArtefactStatus.ABSENT


def close_renditions(clip: Clip, *, now: datetime) -> None:
    """
    Settle everything but the captions once the render is over: what has segments is ready, what has nothing is absent.

    Whatever was planned and came to nothing, such as an empty audio track, no longer keeps the clip from being played.
    Transaction: required, after `publish` of the whole result.
    """
    for artefact in artefacts_of(clip, RENDITIONS).filter(status=ArtefactStatus.PLAYABLE):
        size_bytes = artefact.segments.aggregate(total=Sum("size_bytes"))["total"]
        settle(artefact, to=ArtefactStatus.READY, size_bytes=size_bytes, now=now)
    rest = set(EVERY_KIND) - {ArtefactKind.CAPTIONS}
    mark_absent(clip, rest, reason=AbsentReason.NOT_NEEDED, now=now)
    if clip.playable_at is None:
        _make_playable(clip, now=now)
