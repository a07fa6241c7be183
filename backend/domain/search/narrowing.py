"""What a search may be narrowed down by: the facts of threads and how-tos."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from backend.domain.equipment.codes import normalise_code


class Facet(StrEnum):
    """One kind of fact; the name is that of the filter."""

    MAKE = "make"
    MODEL = "model"
    CODE = "code"
    SITE_ID = "site_id"
    OUTCOME = "outcome"
    LANGUAGE = "language"
    HELD = "held"


class Outcome(StrEnum):
    """What came of a thread, or that it is no thread."""

    SOLVED = "solved"
    UNSOLVED = "unsolved"
    HOWTO = "howto"


@dataclass(frozen=True)
class Narrowing:
    """
    The facts that hits must have. Empty or None: any.

    `make` is compared in any case, `model` and `code` however they are written; `language` is that of any text of the
    subject, by its first part (`de` for `de-CH`). Only threads have a site, or have held.
    """

    make: str = ""
    model: str = ""
    code: str = ""
    site_id: UUID | None = None
    outcome: Outcome | None = None
    language: str = ""
    held: bool | None = None

    def __bool__(self) -> bool:
        return self != _ANY

    def as_values(self) -> dict[str, Any]:
        """Return the parameters of `FITS`."""
        return {
            "make": self.make.lower(),
            "model": normalise_code(self.model),
            "code": normalise_code(self.code),
            "site_id": self.site_id,
            "outcome": self.outcome.value if self.outcome else "",
            "language": self.language.lower().split("-")[0],
            "held": self.held,
        }


_ANY = Narrowing()

OUTCOME = "CASE WHEN subject.kind = 'howto' THEN 'howto' WHEN subject.is_solved THEN 'solved' ELSE 'unsolved' END"

# Whether a `subject` has the wanted fact, by facet.
FITS: dict[Facet, str] = {
    Facet.MAKE: "(%(make)s = '' OR lower(subject.make) = %(make)s)",
    Facet.MODEL: "(%(model)s = '' OR subject.model_code = %(model)s)",
    Facet.CODE: "(%(code)s = '' OR subject.code = %(code)s)",
    Facet.SITE_ID: "(%(site_id)s::uuid IS NULL OR subject.site_id IS NOT DISTINCT FROM %(site_id)s::uuid)",
    Facet.OUTCOME: f"(%(outcome)s = '' OR {OUTCOME} = %(outcome)s)",
    Facet.LANGUAGE: "(%(language)s = '' OR %(language)s = ANY(subject.languages))",
    Facet.HELD: "(%(held)s::boolean IS NULL OR subject.is_held = %(held)s::boolean)",
}
