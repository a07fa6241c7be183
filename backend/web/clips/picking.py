"""What a page needs to know to record a clip or to take one from the phone."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from backend.domain.actor import Actor
from backend.domain.clips.capture_profile import LOW_DATA, NORMAL, Capture, get_capture_profile


@dataclass(frozen=True)
class Picker:
    """`normal`, `low_data`: how to record, as JSON for the page's script."""

    normal: str
    low_data: str
    normal_bytes_per_minute: int
    low_data_bytes_per_minute: int
    max_bytes: int
    longest_s: int


def picker_for(actor: Actor, *, now: datetime) -> Picker:
    """Return how the actor's browser should record now."""
    profile = get_capture_profile(actor=actor, now=now)
    return _picker(profile.normal, profile.low_data, max_bytes=profile.max_bytes, longest_s=profile.max_duration_s)


def anybodys_picker() -> Picker:
    """Return how a browser records on a page that names nobody, and is kept for when there is no line."""
    return _picker(NORMAL, LOW_DATA, max_bytes=settings.UPLOAD_MAX_BYTES, longest_s=settings.MEDIA_MAX_DURATION_S)


def _picker(normal: Capture, low_data: Capture, *, max_bytes: int, longest_s: int) -> Picker:
    return Picker(
        normal=_as_json(normal),
        low_data=_as_json(low_data),
        normal_bytes_per_minute=normal.bytes_per_minute,
        low_data_bytes_per_minute=low_data.bytes_per_minute,
        max_bytes=max_bytes,
        longest_s=longest_s,
    )


def _as_json(capture: Capture) -> str:
    return json.dumps(
        {
            "short_side_px": capture.video.short_side_px,
            "frames_per_second": capture.video.frames_per_second,
            "video_bits_per_second": capture.video.bits_per_second,
            "audio_bits_per_second": capture.audio.bits_per_second,
        }
    )
