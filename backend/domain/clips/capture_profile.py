"""
How phones are asked to film, so that a clip is good enough to see the fault and small enough to arrive.

Short side: the largest rendition we make; filming beyond it costs the technician minutes and shows nobody more.
Bit rates: what hand-held 720p and 480p of machinery needs before small print on a nameplate blurs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from backend.domain.actor import Actor
from backend.domain.clips.upload_quota import Allowance, allowance_of


@dataclass(frozen=True)
class VideoCapture:
    short_side_px: int
    frames_per_second: int
    bits_per_second: int
    keyframe_interval_s: int = 2
    codecs: tuple[str, ...] = ("hevc", "h264")  # the first that the phone has an encoder for


@dataclass(frozen=True)
class AudioCapture:
    bits_per_second: int
    sample_rate_hz: int = 48_000
    channel_count: int = 1  # one voice; a second channel only costs
    codec: str = "aac"


@dataclass(frozen=True)
class Capture:
    """How to film, and in which pieces to send it. `chunk_bytes`: of one PATCH, where the client sends several."""

    video: VideoCapture
    audio: AudioCapture
    chunk_bytes: int

    @property
    def bytes_per_minute(self) -> int:
        """What a minute of it weighs, about."""
        return (self.video.bits_per_second + self.audio.bits_per_second) * 60 // 8


NORMAL = Capture(VideoCapture(720, 30, 2_500_000), AudioCapture(96_000), chunk_bytes=10 * 1024**2)
LOW_DATA = Capture(VideoCapture(480, 24, 800_000), AudioCapture(48_000), chunk_bytes=1024**2)


@dataclass(frozen=True)
class CaptureProfile:
    """What one person's phone needs to know before it films."""

    normal: Capture
    low_data: Capture
    max_bytes: int
    max_duration_s: int
    upload_life_s: int
    allowance: Allowance


def get_capture_profile(*, actor: Actor, now: datetime) -> CaptureProfile:
    """Return how the actor's phone should film now, and how much it may send today."""
    return CaptureProfile(
        normal=NORMAL,
        low_data=LOW_DATA,
        max_bytes=settings.UPLOAD_MAX_BYTES,
        max_duration_s=settings.MEDIA_MAX_DURATION_S,
        upload_life_s=int(settings.UPLOAD_LIFE.total_seconds()),
        allowance=allowance_of(actor=actor, now=now),
    )
