"""What advice under a caution refuses."""

from __future__ import annotations

from backend.domain.errors import DomainError


class CautionNotAcknowledged(DomainError):
    """It is hazardous and nobody signed for it: whoever tries it says first that they read the caution."""

    code = "caution_not_acknowledged"
