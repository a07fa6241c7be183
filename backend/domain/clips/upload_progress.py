"""How far an upload is and how fast it comes, for the people who wait for it."""

from __future__ import annotations

import math
from datetime import datetime

from backend.domain.clips.models import Upload

SMOOTHING_S = 10  # a rate that jumps with every burst tells nobody when the video will be here
STALE_S = 15  # without news for so long, nothing comes


def percent_here(upload: Upload) -> int | None:
    """Return how much of the upload is here, 0..100; None while nobody knows how long it will be."""
    return upload.stored_bytes * 100 // upload.declared_bytes if upload.declared_bytes else None


def rate_at(upload: Upload, *, now: datetime) -> int:
    """Return the bytes that come each second, 0 when the link is down."""
    if upload.noted_at is None or (now - upload.noted_at).total_seconds() > STALE_S:
        return 0
    return upload.bytes_per_second


def smoothed_rate(upload: Upload, *, stored_bytes: int, now: datetime) -> int:
    """Return the rate now that `stored_bytes` are here, in bytes per second: old news fade over `SMOOTHING_S`."""
    passed_s = (now - (upload.noted_at or upload.created_at)).total_seconds()
    if passed_s <= 0:
        return upload.bytes_per_second
    latest = max(stored_bytes - upload.stored_bytes, 0) / passed_s
    weight = 1 - math.exp(-passed_s / SMOOTHING_S) if upload.bytes_per_second else 1
    return round(upload.bytes_per_second + weight * (latest - upload.bytes_per_second))
