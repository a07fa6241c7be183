"""The two axes of a how-to: how sure we are of it, and whether a version is out (docs/states/howto.md)."""

from __future__ import annotations

from enum import StrEnum


class Confidence(StrEnum):
    WIP = "wip"
    NOT_VALIDATED = "not_validated"
    VALIDATED = "validated"
    ARCHIVED = "archived"


CONFIDENCE_MOVES = {
    Confidence.WIP: frozenset({Confidence.NOT_VALIDATED, Confidence.ARCHIVED}),
    Confidence.NOT_VALIDATED: frozenset({Confidence.VALIDATED, Confidence.ARCHIVED}),
    Confidence.VALIDATED: frozenset({Confidence.NOT_VALIDATED, Confidence.ARCHIVED}),
    Confidence.ARCHIVED: frozenset({Confidence.WIP}),
}


class Publication(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    RELEASED = "released"
    SUPERSEDED = "superseded"
    RETIRED = "retired"


PUBLICATION_MOVES = {
    Publication.DRAFT: frozenset({Publication.IN_REVIEW, Publication.RELEASED}),
    Publication.IN_REVIEW: frozenset({Publication.DRAFT, Publication.RELEASED}),
    Publication.RELEASED: frozenset({Publication.SUPERSEDED, Publication.RETIRED}),
    Publication.SUPERSEDED: frozenset({Publication.RETIRED}),
    Publication.RETIRED: frozenset(),
}


class Governance(StrEnum):
    EXPERIENCE = "experience"
    COMPLIANCE = "compliance"


class Succession(StrEnum):
    """What the successor of an archived how-to is to it."""

    SUPERSEDED = "superseded"  # there is a better one
    DUPLICATE = "duplicate"  # it was there already
