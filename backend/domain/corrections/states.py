"""The states of a correction; docs/states/correction.md draws them."""

from __future__ import annotations

from enum import StrEnum


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
