"""What can be flagged, why, and the states of a flag; docs/states/flag.md draws them."""

from __future__ import annotations

from enum import StrEnum


class FlagStatus(StrEnum):
    OPEN = "open"  # somebody looks at it, by a time
    UPHELD = "upheld"  # it was right; perhaps a correction came of it
    DISMISSED = "dismissed"  # with a reason


FLAG_MOVES: dict[FlagStatus, frozenset[FlagStatus]] = {
    FlagStatus.OPEN: frozenset({FlagStatus.UPHELD, FlagStatus.DISMISSED}),
    FlagStatus.UPHELD: frozenset(),
    FlagStatus.DISMISSED: frozenset(),
}


class FlagKind(StrEnum):
    UNSAFE = "unsafe"
    WRONG = "wrong"
    PERSONAL_DATA = "personal_data"
    RUDE = "rude"
    OTHER = "other"


class FlaggedKind(StrEnum):
    """What is flagged."""

    SUGGESTION = "suggestion"
    COMMENT = "comment"
    CLIP = "clip"
    HOWTO = "howto"
