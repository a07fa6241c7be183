"""What becomes of a gap (docs/states/gap.md)."""

from __future__ import annotations

from enum import StrEnum


class GapStatus(StrEnum):
    OPEN = "open"
    BEING_WRITTEN = "being_written"  # somebody writes what is missing
    DISMISSED = "dismissed"  # it is none, for a reason


GAP_MOVES = {
    GapStatus.OPEN: frozenset({GapStatus.BEING_WRITTEN, GapStatus.DISMISSED}),
    GapStatus.BEING_WRITTEN: frozenset({GapStatus.OPEN, GapStatus.DISMISSED}),
    GapStatus.DISMISSED: frozenset({GapStatus.OPEN, GapStatus.BEING_WRITTEN}),
}
