"""
Moments: a span of a clip that somebody points at, maybe with something drawn on it.

One value for suggestions, comments and steps. What was said is kept as it was said; a clip that turns out shorter only
changes what is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from backend.domain.clips.marks import Mark
from backend.domain.clips.models import Clip
from backend.domain.errors import InvalidInput
from backend.domain.saying import said

_LEAST_SHOWN_MS = 1_000  # of a moment that began after the end of its clip


@dataclass(frozen=True)
class Moment:
    """`start_ms` to `end_ms` of a clip, as somebody pointed at it."""

    start_ms: int
    end_ms: int
    mark: Mark | None = None


@dataclass(frozen=True)
class ShownMoment:
    """A moment as a player can open it. `is_clamped`: it was pointed at beyond what the clip turned out to hold."""

    clip_id: UUID | None  # None: from before moments named their clip
    start_ms: int
    end_ms: int
    is_clamped: bool
    mark: dict[str, Any] | None


def check_moment(moment: Moment, clip: Clip) -> None:
    """
    Accept a moment that is a span within `clip`. While the clip's duration is not known, any span is.

    :raises InvalidInput: it is none, or it lies outside.
    """
    if not 0 <= moment.start_ms < moment.end_ms:
        raise InvalidInput(moment="A moment has a start and a later end.")
    if clip.duration_ms is not None and moment.end_ms > clip.duration_ms:
        why = said("The clip ends at %(end)s s; point at something before that.", end=clip.duration_ms / 1000)
        raise InvalidInput(moment=why)


def show_moment(clip: Clip | None, start_ms: int, end_ms: int, mark: dict[str, Any] | None = None) -> ShownMoment:
    """Return the moment within what the clip is now known to hold: checked again with every look, so never stale."""
    duration_ms = clip.duration_ms if clip else None
    clip_id = clip.pk if clip else None
    if duration_ms is None or end_ms <= duration_ms:
        return ShownMoment(clip_id, start_ms, end_ms, is_clamped=False, mark=mark)
    start_ms = min(start_ms, max(0, duration_ms - _LEAST_SHOWN_MS))
    return ShownMoment(clip_id, start_ms, duration_ms, is_clamped=True, mark=mark)
