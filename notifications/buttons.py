"""What the buttons say where we draw them, in the language that is spoken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# `api_schema.push_payloads.ACTION_LABELS` once more, where translators find it: that package knows no Django.
_LABELS: dict[str, _StrPromise] = {
    "answer": _("Answer"),
    "claim": _("I'm on it"),
    "call_me": _("Seen this, call me"),
    "busy": _("Busy"),
    "pass": _("Not me"),
    "voice": _("Voice note"),
    "not_my_kit": _("Not my kit"),
    "refer": _("Ask someone else"),
    "still_running_yes": _("Still running"),
    "still_running_no": _("Failed again"),
    "acknowledge": _("I have read it"),
    "open": pgettext_lazy("button", "Open"),
}


def label_of(action: str) -> str:
    """Return what the button of an action says."""
    return str(_LABELS[action])
