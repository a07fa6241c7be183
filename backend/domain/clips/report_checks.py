"""
What a media worker may say. It reads hostile files, so every number of its reports is bounded before it is believed.

Pure: nothing here reads the database or the object store.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Final

from django.conf import settings

from api_schema.media_jobs import (
    FILE_NAMES,
    MediaKind,
    ProbeFacts,
    Progress,
    PublishedFile,
    PublishedSegment,
    RenderResult,
    Rendition,
    RenditionSize,
    SoundFacts,
)
from backend.domain.errors import DomainError

MAX_FRAME_PIXELS: Final = 7680 * 4320  # the largest that phones film
MAX_OUTPUT_BYTES: Final = 4 * 1024**3
MAX_SIDE_PX: Final = 16_384
MAX_SEGMENT_MS: Final = 30_000
MAX_SEGMENT_BYTES: Final = 256 * 1024**2
MAX_BITS_PER_SECOND: Final = 100_000_000
MAX_TILES_A_SIDE: Final = 100
QUIETEST_LUFS, LOUDEST_LUFS = -120.0, 30.0  # 24 bits of silence; far above full scale
# What the media worker encodes or copies, named as in RFC 6381: H.264 with profile, constraints and level; AAC.
VIDEO_CODEC: Final = re.compile(r"avc1\.[0-9A-Fa-f]{6}")
AUDIO_CODEC: Final = re.compile(r"mp4a\.40\.[0-9]{1,2}")
SHORT_SIDE_PX: Final = {Rendition.V240: 240, Rendition.V480: 480, Rendition.V720: 720}


class ResultRefused(DomainError):
    """The report is not what this job may say."""

    code = "result_refused"


def require(is_true: bool, what: str) -> None:
    """Raise `ResultRefused` with the sentence `what` unless `is_true`."""
    if not is_true:
        raise ResultRefused(what)


def check_progress(progress: Progress) -> None:
    """Raise `ResultRefused` unless each part of the report is possible by itself."""
    require(0 <= progress.percent <= 100, "The percentage is not between 0 and 100.")
    if progress.probe is not None:
        check_probe(progress.probe)
    _check_sizes(progress.renditions)
    _check_segments(progress.segments)
    _check_files(progress.files)


def check_render(result: RenderResult) -> None:
    """Raise `ResultRefused` unless the result is possible and complete for what was probed."""
    check_probe(result.probe)
    _check_sizes(result.renditions)
    _check_segments(result.segments)
    _check_files(result.files)
    if result.sound is not None:
        _check_sound(result.sound)
    _check_is_complete(result)
    _check_durations(result)


def check_probe(probe: ProbeFacts) -> None:
    """Raise `ResultRefused` unless this can be a clip that we take."""
    longest_ms = settings.MEDIA_MAX_DURATION_S * 1000
    require(0 < probe.duration_ms <= longest_ms, "The duration is outside of what is allowed.")
    if probe.media_kind is MediaKind.VOICE:
        require(probe.has_audio, "A voice note has audio.")
        require(probe.width_px is None and probe.height_px is None, "A voice note has no picture.")
        return
    width_px, height_px = probe.width_px or 0, probe.height_px or 0
    require(0 < width_px <= MAX_SIDE_PX and 0 < height_px <= MAX_SIDE_PX, "A video has a width and a height.")
    require(width_px * height_px <= MAX_FRAME_PIXELS, "The frames are larger than allowed.")


def _check_sizes(sizes: Sequence[RenditionSize]) -> None:
    for size in sizes:
        require(0 < size.bits_per_second <= MAX_BITS_PER_SECOND, f"{size.rendition}: an impossible bit rate.")
        if size.rendition is Rendition.AUDIO:
            require(size.width_px == size.height_px == 0, "audio: sound has no width and height.")
        else:
            _check_frame(size)
        _check_codecs(size)
    names = [size.rendition for size in sizes]
    require(len(names) == len(set(names)), "A rendition is named twice.")


def _check_frame(size: RenditionSize) -> None:
    short_px, long_px = sorted((size.width_px, size.height_px))
    require(0 < short_px <= SHORT_SIDE_PX[size.rendition], f"{size.rendition}: the short side does not fit.")
    require(long_px <= MAX_SIDE_PX, f"{size.rendition}: the long side does not fit.")


def _check_codecs(size: RenditionSize) -> None:
    # They go into playlists as they are: nothing but a codec's name may.
    expected = AUDIO_CODEC if size.rendition is Rendition.AUDIO else VIDEO_CODEC
    require(size.codecs == "" or bool(expected.fullmatch(size.codecs)), f"{size.rendition}: an unknown codec.")


def _check_sound(sound: SoundFacts) -> None:
    loudness_lufs = sound.loudness_lufs
    is_possible = loudness_lufs is None or QUIETEST_LUFS <= loudness_lufs <= LOUDEST_LUFS
    require(is_possible, "An impossible loudness.")


def _check_segments(segments: Sequence[PublishedSegment]) -> None:
    for segment in segments:
        name = f"{segment.rendition} {segment.sequence}"
        require(0 <= segment.sequence < settings.MEDIA_MAX_DURATION_S, f"{name}: too many segments.")
        require(0 < segment.duration_ms <= MAX_SEGMENT_MS, f"{name}: an impossible duration.")
        require(0 < segment.size_bytes <= MAX_SEGMENT_BYTES, f"{name}: an impossible size.")
    names = [(segment.rendition, segment.sequence) for segment in segments]
    require(len(names) == len(set(names)), "A segment is named twice.")


def _check_files(files: Sequence[PublishedFile]) -> None:
    for file in files:
        require(file.name in FILE_NAMES.values(), f"{file.name[:60]!r} is no name of ours.")
        require(0 < file.size_bytes <= MAX_OUTPUT_BYTES, f"{file.name}: an impossible size.")
        for side_px in (file.width_px, file.height_px):
            require(side_px is None or 0 < side_px <= MAX_SIDE_PX, f"{file.name}: an impossible width or height.")
        tiles = (file.columns, file.rows, file.tile_interval_ms)
        if file.name == FILE_NAMES["storyboard"]:
            _check_storyboard(file)
        else:
            require(tiles == (None, None, None), f"{file.name}: only a storyboard has tiles.")
    names = [file.name for file in files]
    require(len(names) == len(set(names)), "A file is named twice.")


def _check_storyboard(file: PublishedFile) -> None:
    for tiles in (file.columns, file.rows):
        require(tiles is not None and 0 < tiles <= MAX_TILES_A_SIDE, "A storyboard has columns and rows.")
    longest_ms = settings.MEDIA_MAX_DURATION_S * 1000
    interval_ms = file.tile_interval_ms or 0
    require(0 < interval_ms <= longest_ms, "A storyboard has an interval between its tiles.")


def _check_is_complete(result: RenderResult) -> None:
    published = {segment.rendition for segment in result.segments}
    sized = {size.rendition for size in result.renditions}
    files = {file.name for file in result.files}
    require(bool(published), "A clip has at least one rendition.")
    require(published <= sized, "A rendition has no size.")
    # The other way round is possible: a track may be announced and empty.
    has_sound = Rendition.AUDIO in published or FILE_NAMES["speech"] in files
    require(result.probe.has_audio or not has_sound, "The probe heard no audio.")
    if result.probe.media_kind is MediaKind.VIDEO:
        require(bool(published - {Rendition.AUDIO}), "A video has at least one video rendition.")
        require({FILE_NAMES["poster"], FILE_NAMES["offline"]} <= files, "A video has a poster and an offline file.")
    else:
        require(published == {Rendition.AUDIO}, "A voice note has no picture.")


def _check_durations(result: RenderResult) -> None:
    total_ms: dict[Rendition, int] = defaultdict(int)
    for segment in result.segments:
        total_ms[segment.rendition] += segment.duration_ms
    tolerance_ms = duration_tolerance_ms(result.probe.duration_ms)
    longest_ms = max(total_ms.values())
    # Only the longest must reach the end: in real footage the audio is often shorter than the picture, or longer.
    require(abs(longest_ms - result.probe.duration_ms) <= tolerance_ms, "The segments and the probe differ in length.")


def duration_tolerance_ms(duration_ms: int) -> int:
    """Return by how much segments may miss the probed duration: containers count in their own ways."""
    return 2_000 + duration_ms // 20


def printable(text: str, *, most_letters: int) -> str:
    """Return what can be stored and shown of a text of a worker's making, as one line."""
    letters = (letter if letter.isprintable() else " " for letter in text[:most_letters])
    return " ".join("".join(letters).split())
