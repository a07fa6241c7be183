"""
What a phone wrote into the file beside picture and sound: when and where it was filmed.

Nice to know and easily wrong, so what cannot be is dropped: no clip is refused for its phone's clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from api_schema.media_jobs import ProbeFacts

FIRST_CAMERA_PHONES: Final = datetime(2000, 1, 1, tzinfo=UTC)  # containers without a time say 1904 or 1970
CLOCKS_AHEAD: Final = timedelta(days=2)


@dataclass(frozen=True)
class Place:
    """Degrees, WGS 84."""

    latitude: float
    longitude: float


def believable_filmed_at(probe: ProbeFacts, *, now: datetime) -> datetime | None:
    """Return when the phone says it filmed, or None when that cannot be or it does not say."""
    filmed_at = probe.filmed_at
    if filmed_at is None or filmed_at.utcoffset() is None:
        return None
    return filmed_at if FIRST_CAMERA_PHONES <= filmed_at <= now + CLOCKS_AHEAD else None


def believable_place(probe: ProbeFacts) -> Place | None:
    """Return where the phone says it was, or None when there is no such place on Earth or it does not say."""
    latitude, longitude = probe.latitude, probe.longitude
    if latitude is None or longitude is None:
        return None
    # Not-a-number is within no bounds.
    is_on_earth = -90.0 <= latitude <= 90.0 and -180.0 <= longitude <= 180.0
    return Place(latitude, longitude) if is_on_earth else None
