"""What the probe found: the facts that the backend is told, and the streams that the encode reads."""

from __future__ import annotations

from dataclasses import dataclass

from api_schema.media_jobs import Failure, ProbeFacts


@dataclass(frozen=True)
class VideoStream:
    """The picture. `width_px` and `height_px` as displayed: after rotation, with square pixels."""

    index: int
    width_px: int
    height_px: int
    frame_rate: float | None
    transfer: str | None  # ffmpeg's name when it is a high-dynamic-range one: arib-std-b67 or smpte2084
    matrix_is_known: bool


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
