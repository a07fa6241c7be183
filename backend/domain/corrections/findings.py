"""What a correction has to say."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from backend.domain.corrections.states import Severity
from backend.domain.errors import InvalidInput


@dataclass(frozen=True)
class Findings:
    """What is wrong, why, and what is right."""

    severity: Severity
    what: str
    why: str
    procedure: str


def checked(findings: Findings) -> dict[str, str]:
    """
    Return the columns of a correction.

    :raises InvalidInput: it does not say what is wrong, why, or what is right.
    """
    said = {name: str(value).strip() for name, value in asdict(findings).items()}
    missing = {"what": "Say what is wrong.", "why": "Say why.", "procedure": "Say what is right."}
    empty = {name: sentence for name, sentence in missing.items() if not said[name]}
    if empty:
        raise InvalidInput(**empty)
    return said
