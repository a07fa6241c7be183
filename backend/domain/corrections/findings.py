"""What a correction has to say."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Final

from backend.domain.corrections.states import Severity
from backend.domain.errors import InvalidInput
from backend.domain.saying import said


@dataclass(frozen=True)
class Findings:
    """What is wrong, why, and what is right."""

    severity: Severity
    what: str
    why: str
    procedure: str


_MISSING: Final = {
    "what": said("Say what is wrong."),
    "why": said("Say why."),
    "procedure": said("Say what is right."),
}


def checked(findings: Findings) -> dict[str, str]:
    """
    Return the columns of a correction.

    :raises InvalidInput: it does not say what is wrong, why, or what is right.
    """
    told = {name: str(value).strip() for name, value in asdict(findings).items()}
    empty = {name: sentence for name, sentence in _MISSING.items() if not told[name]}
    if empty:
        raise InvalidInput(**empty)
    return told
