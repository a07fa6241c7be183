"""What the states of a how-to are called on a page."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

from backend.domain.howtos.states import Confidence, Governance, Publication, Succession

Words = dict[str, str | Promise]

PUBLICATION: Words = {
    Publication.DRAFT: _("Draft"),
    Publication.IN_REVIEW: _("In review"),
    Publication.RELEASED: _("Released"),
    Publication.SUPERSEDED: _("Superseded"),
    Publication.RETIRED: _("Retired"),
}
PUBLICATION_TONE = {
    Publication.DRAFT: "",
    Publication.IN_REVIEW: "accent",
    Publication.RELEASED: "good",
    Publication.SUPERSEDED: "",
    Publication.RETIRED: "bad",
}
CONFIDENCE: Words = {
    Confidence.WIP: _("Not released yet"),
    Confidence.NOT_VALIDATED: _("Not validated yet"),
    Confidence.VALIDATED: _("Validated"),
    Confidence.ARCHIVED: _("Put away"),
}
CONFIDENCE_TONE = {Confidence.NOT_VALIDATED: "warn", Confidence.VALIDATED: "good", Confidence.ARCHIVED: "bad"}
SUCCESSION: Words = {
    Succession.SUPERSEDED: _("Replaced by a better one:"),
    Succession.DUPLICATE: _("The same was there already:"),
}
GOVERNANCE: Words = {Governance.EXPERIENCE: _("From experience"), Governance.COMPLIANCE: _("Compliance")}
CONTRIBUTION: Words = {"asked": _("asked"), "answered": _("answered")}
FIELD: Words = {
    "title": _("Title"),
    "problem": _("Problem"),
    "environment": _("Where it happens"),
    "cause": _("Cause"),
    "remedy": _("Remedy"),
    "hazards": _("Hazards"),
    "steps": _("Step"),
    "step": _("Step"),
    "parts": _("Parts"),
    "tools": _("Tools"),
}
CHANGE: Words = {
    "changed": _("changed"),
    "added": _("added"),
    "removed": _("taken away"),
    "moved": _("moved"),
}


def language_name(tag: str) -> str:
    """Return what a language calls itself, with its tag; the tag alone, if we do not know it."""
    try:
        return f"{get_language_info(tag.lower())['name_local']} ({tag})"
    except KeyError:
        return tag
