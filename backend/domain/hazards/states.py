"""The states of a caution; docs/states/caution.md draws them."""

from __future__ import annotations

from enum import StrEnum


class CautionStatus(StrEnum):
    COVERED = "covered"  # read the caution first; somebody certified has yet to sign
    SIGNED = "signed"  # for every hazard, by somebody else than its author
    WITHDRAWN = "withdrawn"  # what was heard as hazardous was corrected


CAUTION_MOVES: dict[CautionStatus, frozenset[CautionStatus]] = {
    CautionStatus.COVERED: frozenset({CautionStatus.SIGNED, CautionStatus.WITHDRAWN}),
    CautionStatus.SIGNED: frozenset({CautionStatus.COVERED, CautionStatus.WITHDRAWN}),
    CautionStatus.WITHDRAWN: frozenset({CautionStatus.COVERED}),
}
