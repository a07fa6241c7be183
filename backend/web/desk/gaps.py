"""Gaps: what should be taught or written next, and what was decided about it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.template.defaultfilters import floatformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.domain.errors import NotFound
from backend.domain.insights.deciding import dismiss_gap, let_write, undo_decision
from backend.domain.insights.gaps import Gap, Missing, list_gaps
from backend.domain.insights.states import GapStatus
from backend.web.desk.tabs import chosen_tab, tabs_shown
from backend.web.forms import PageForm
from backend.web.page import Page

_MOST = 50
_EXAMPLES = 5
_TABS = {
    GapStatus.OPEN.value: gettext_lazy("Open"),
    GapStatus.BEING_WRITTEN.value: gettext_lazy("Being written"),
    GapStatus.DISMISSED.value: gettext_lazy("No gap"),
}
_MISSING = {
    Missing.ANSWER: gettext_lazy("nobody has fixed it"),
    Missing.HOWTO: gettext_lazy("no how-to"),
    Missing.PERSON: gettext_lazy("nobody who knows such machines"),
    Missing.WORDS: gettext_lazy("called something else here"),
}


class DismissForm(PageForm):
    reason = forms.CharField(
        label=gettext_lazy("Why is this no gap?"), max_length=10_000, widget=forms.Textarea(attrs={"rows": 2})
    )


class NoForm(PageForm):
    """Nothing but the button."""


_DECISIONS: dict[str, tuple[type[PageForm], Callable[..., Gap]]] = {
    "writing": (NoForm, let_write),
    "dismissal": (DismissForm, dismiss_gap),
    "undoing": (NoForm, undo_decision),
}


class GapsPage(Page):
    section = "gaps"

    def get(self, _request: HttpRequest) -> HttpResponse:
        return self.show_gaps()

    def show_gaps(self, *, refused: tuple[UUID, PageForm] | None = None, status: int = 200) -> HttpResponse:
        """Return the page; `refused`: the form of a gap that was sent, with what is wrong with it."""
        tab = chosen_tab(self.request, _TABS)
        found = list_gaps(actor=self.actor, status=GapStatus(tab), limit=_MOST, now=self.now)
        context: dict[str, Any] = {
            "gaps": [_told(gap, refused) for gap in found.items],
            "total_count": found.total_count,
            "most": _MOST,
        }
        return self.show("web/desk/gaps.html", context | tabs_shown(self.request, _TABS), status=status)


class GapAction(GapsPage):
    http_method_names = ["post"]  # noqa: RUF012 - as Django declares it

    def post(self, request: HttpRequest, gap_id: UUID, name: str) -> HttpResponse:
        if name not in _DECISIONS:
            raise NotFound("There is no such decision.")
        form_class, decide = _DECISIONS[name]
        form = form_class(request.POST, auto_id=f"gap-{gap_id}-%s")
        done = self.attempt(form, lambda said: decide(actor=self.actor, gap_id=gap_id, now=self.now, **said))
        if done is None:
            return self.show_gaps(refused=(gap_id, form), status=400)
        messages.success(request, _("Decided: %(title)s") % {"title": done.title})
        return self.go_to(reverse("web:gaps"))


def _told(gap: Gap, refused: tuple[UUID, PageForm] | None) -> dict[str, Any]:
    sent = refused[1] if refused and refused[0] == gap.id else None
    return {
        "gap": gap,
        "missing": [_MISSING[one] for one in gap.missing],
        "hours": floatformat(gap.cost.minutes / 60),
        "thread_ids": gap.readable_ids[:_EXAMPLES],
        "searches": gap.searches[:_EXAMPLES],
        "form": sent or DismissForm(auto_id=f"gap-{gap.id}-%s"),
    }
