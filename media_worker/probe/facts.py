"""What the probe found: the facts that the backend is told, and the streams that the encode reads."""

from __future__ import annotations

from dataclasses import dataclass

from api_schema.media_jobs import Failure, ProbeFacts


@dataclass(frozen=True)
class StoredPicture:
    """
    How the picture lies in the file, untouched: what decides whether it can be copied instead of encoded anew.

    `keyframes_ms`: when each keyframe is shown, on the clock of `starts_at_ms`; empty when the file's index does not
    tell about all of the clip (WebM, fragmented files), or tells of more than anybody would copy.
    """

    codec: str  # ffmpeg's name: h264, hevc …
    tag: str  # the container's name for it: avc1 carries its parameter sets in the header, avc3 between the frames
    profile: str | None  # as ffmpeg writes it: Constrained Baseline, Main, High …
    level: int | None  # of H.264 only: 31 for 3.1
    pixel_format: str | None  # yuv420p; yuvj420p is the same in full range
    width_px: int
    height_px: int
    rotation_degrees: int
    is_mirrored: bool
    has_square_pixels: bool
    is_progressive: bool
    has_b_frames: bool
    has_hidden_frames: bool  # an edit list leaves out frames that a copy would show
    bits_per_second: int | None  # on average
    starts_at_ms: int
    keyframes_ms: tuple[int, ...]
    longest_keyframe_gap_ms: int | None  # the last one ends with the picture; None: unknown, as above


@dataclass(frozen=True)
class VideoStream:
    """The picture. `width_px` and `height_px` as displayed: after rotation, with square pixels."""

    index: int
    width_px: int
    height_px: int
    frame_rate: float | None
    transfer: str | None  # ffmpeg's name when it is a high-dynamic-range one: arib-std-b67 or smpte2084
    matrix_is_known: bool
    stored: StoredPicture


@dataclass(frozen=True)
class AudioStream:
    index: int
    channels: int


@dataclass(frozen=True)
class Probe:
    facts: ProbeFacts
    video: VideoStream | None
    audio: AudioStream | None


@dataclass(frozen=True)
class ProbeAnswer:
    """What the probing process prints: one of the two."""

    probe: Probe | None = None
    rejection: Failure | None = None
