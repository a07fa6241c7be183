"""The states of corrections and recalls; docs/states/correction.md and recall.md draw them."""

from __future__ import annotations

from enum import StrEnum


class AdviceKind(StrEnum):
    """What somebody has seen."""

    SUGGESTION = "suggestion"
    HOWTO = "howto"  # views of how-tos were moved to their openings: none is written any more


class Severity(StrEnum):
    WRONG = "wrong"
    UNSAFE = "unsafe"  # nobody may try it any more


class CorrectionStatus(StrEnum):
    STANDING = "standing"
    WITHDRAWN = "withdrawn"  # kept, with the reason


CORRECTION_MOVES: dict[CorrectionStatus, frozenset[CorrectionStatus]] = {
    CorrectionStatus.STANDING: frozenset({CorrectionStatus.WITHDRAWN}),
    CorrectionStatus.WITHDRAWN: frozenset(),
}


class RecallStatus(StrEnum):
    OPEN = "open"
    CLOSED = "closed"  # by a curator, or with its last correction


RECALL_MOVES: dict[RecallStatus, frozenset[RecallStatus]] = {
    RecallStatus.OPEN: frozenset({RecallStatus.CLOSED}),
    RecallStatus.CLOSED: frozenset(),
}


class Reach(StrEnum):
    """Why somebody is told of a recall; who did both has applied it."""

    APPLIED = "applied"  # they tried the advice, or worked by the how-to
    VIEWED = "viewed"  # they opened it, or played its clip
