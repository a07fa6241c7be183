"""What a how-to must say before anybody reviews it or works by it."""

from __future__ import annotations

from typing import Final

from backend.domain.errors import DomainError
from backend.domain.howtos.content import Content
from backend.domain.saying import said

_MUST_SAY: Final = {
    "title": said("Give it a title that somebody would search for."),
    "problem": said("Say what was wrong."),
    "remedy": said("Say in a sentence what put it right."),
    "steps": said("Say what to do, step by step."),
}


class HowToIncomplete(DomainError):
    """The version lacks something that the next technician needs; `missing` and `fields` name it."""

    code = "howto_incomplete"


def missing_from(content: Content) -> dict[str, str]:
    """Return what the next technician needs and it does not say: by field, what to do about it."""
    return {name: sentence for name, sentence in _MUST_SAY.items() if not getattr(content, name)}


def check_complete(content: Content) -> None:
    """
    Let pass what says all that the next technician needs.

    :raises HowToIncomplete: something is missing; `fields` has a sentence for each.
    """
    missing = missing_from(content)
    if missing:
        sentences = {name: [sentence] for name, sentence in missing.items()}
        detail = said("Still missing: %(fields)s.", fields=", ".join(missing))
        raise HowToIncomplete(detail, missing=list(missing), fields=sentences)
