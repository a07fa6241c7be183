"""When and where a recording was made, from what the phone wrote into it: believed only where it makes sense."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime

# Apple's own tag first: it carries the zone of the place, where `creation_time` is the moment the file was written.
_TIMES = ("com.apple.quicktime.creationdate", "creation_time")
_PLACES = ("com.apple.quicktime.location.ISO6709", "location", "location-eng")
_YEARS = range(2000, 2100)  # clocks that were never set write 1904 and 1970
# ISO 6709 in decimal degrees, as phones write it. Android leaves leading zeros out; an altitude may follow.
_DEGREES = re.compile(r"([+-]\d{1,2}(?:\.\d{1,12})?)([+-]\d{1,3}(?:\.\d{1,12})?)(?:[+-][\d.]{1,16})?(?:CRS\w{1,16})?/?")


def read_filmed_at(tags: Mapping[str, str]) -> datetime | None:
    """Return when the recording was made, with its zone, by the phone's clock; None when no tag tells it."""
    moments = (_moment(tags.get(name, "")) for name in _TIMES)
    return next((moment for moment in moments if moment is not None), None)


def read_place(tags: Mapping[str, str]) -> tuple[float, float] | None:
    """Return latitude and longitude in degrees, WGS 84; None when no tag tells them."""
    places = (_place(tags.get(name, "")) for name in _PLACES)
    return next((place for place in places if place is not None), None)


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    # Without a zone it may be half a day off, and nobody could tell.
    return moment if moment.utcoffset() is not None and moment.year in _YEARS else None


def _place(text: str) -> tuple[float, float] | None:
    written = _DEGREES.fullmatch(text.strip())
    if written is None:
        return None
    latitude, longitude = float(written[1]), float(written[2])
    # 0, 0 is what a phone without a fix writes, not a place in the sea where somebody films machines.
    is_place = abs(latitude) <= 90 and abs(longitude) <= 180 and (latitude, longitude) != (0, 0)
    return (latitude, longitude) if is_place else None
