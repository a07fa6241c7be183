"""What the states of a how-to are called on a page."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from backend.domain.howtos.states import Confidence, Governance, Publication

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
