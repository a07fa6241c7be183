"""What a how-to must say before anybody reviews it or works by it."""

from __future__ import annotations

from typing import Final

from backend.domain.errors import DomainError
from backend.domain.howtos.content import Content

_MUST_SAY: Final = {
    "title": "Give it a title that somebody would search for.",
    "problem": "Say what was wrong.",
    "remedy": "Say in a sentence what put it right.",
    "steps": "Say what to do, step by step.",
}


class HowToIncomplete(DomainError):
    """The version lacks something that the next technician needs; `missing` and `fields` name it."""

    code = "howto_incomplete"


def check_complete(content: Content) -> None:
    """
    Let pass what says all that the next technician needs.

    :raises HowToIncomplete: something is missing; `fields` has a sentence for each.
    """
    missing = [name for name in _MUST_SAY if not getattr(content, name)]
    if missing:
        sentences = {name: [_MUST_SAY[name]] for name in missing}
        raise HowToIncomplete(f"Still missing: {', '.join(missing)}.", missing=missing, fields=sentences)
