"""What the buttons say where we draw them, in the language that is spoken."""

from __future__ import annotations

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from api_schema.push_payloads import ACTION_LABELS

# `api_schema` knows no Django, and so no translators: what it says stands here once more, for them to find.
_FOR_TRANSLATORS = (
    _("Answer"),
    _("I'm on it"),
    _("Seen this, call me"),
    _("Busy"),
    _("Not me"),
    _("Voice note"),
    _("Not my kit"),
    _("Ask someone else"),
    _("Still running"),
    _("Failed again"),
    _("I have read it"),
    _("Open"),
)


def label_of(action: str) -> str:
    """Return what the button of an action says."""
    return gettext(ACTION_LABELS[action])
