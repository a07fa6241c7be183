"""Flags: what somebody says should not stand as it does, and what became of it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.domain.flags.models import Flag
from backend.domain.flags.operations import resolve_flag
from backend.domain.flags.queries import get_flag, list_flags, ties_to
from backend.domain.flags.states import FlaggedKind, FlagKind, FlagStatus
from backend.domain.safety_permissions import Action, allows
from backend.web.desk.tabs import chosen_tab, tabs_shown
from backend.web.forms import PageForm
from backend.web.page import Page
from backend.web.paging import page_of

_TABS = {
    "open": gettext_lazy("Open"),
    "mine": gettext_lazy("Waiting for me"),
    "late": gettext_lazy("Late"),
    "upheld": gettext_lazy("Was right"),
    "dismissed": gettext_lazy("Left as it is"),
}
_KINDS = {
    FlagKind.UNSAFE: gettext_lazy("Not safe"),
    FlagKind.WRONG: gettext_lazy("Wrong"),
    FlagKind.PERSONAL_DATA: gettext_lazy("Personal data"),
    FlagKind.RUDE: gettext_lazy("Rude"),
    FlagKind.OTHER: gettext_lazy("Something else"),
}
_THINGS = {
    FlaggedKind.SUGGESTION: gettext_lazy("an answer"),
    FlaggedKind.COMMENT: gettext_lazy("a remark"),
    FlaggedKind.CLIP: gettext_lazy("a film"),
    FlaggedKind.HOWTO: gettext_lazy("a how-to"),
}


class ResolveForm(PageForm):
    to = forms.TypedChoiceField(
        choices=[
            (FlagStatus.UPHELD.value, gettext_lazy("It is right: something was done")),
            (FlagStatus.DISMISSED.value, gettext_lazy("It stays as it is")),
        ],
        coerce=FlagStatus,
        widget=forms.RadioSelect,
        label=gettext_lazy("What became of it?"),
    )
    said = forms.CharField(
        required=False,
        max_length=10_000,
        label=gettext_lazy("To who flagged it"),
        help_text=gettext_lazy("What you did, or why it stays."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class FlagsPage(Page):
    section = "flags"

    def get(self, request: HttpRequest) -> HttpResponse:
        tab = chosen_tab(request, _TABS)
        flags = list_flags(
            actor=self.actor,
            status=FlagStatus(tab) if tab in set(FlagStatus) else FlagStatus.OPEN,
            is_mine=tab == "mine",
            is_late_at=self.now if tab == "late" else None,
        )
        page = page_of(flags.order_by("-flagged_at", "-pk"), request)
        context: dict[str, Any] = {"page": page, "flags": [told(one) for one in page.items]}
        return self.show("web/desk/flags.html", context | tabs_shown(request, _TABS))


class FlagPage(Page):
    section = "flags"

    def get(self, _request: HttpRequest, flag_id: UUID) -> HttpResponse:
        return self._page(flag_id, ResolveForm())

    def post(self, request: HttpRequest, flag_id: UUID) -> HttpResponse:
        form = ResolveForm(request.POST)
        done = self.attempt(form, lambda said: resolve_flag(actor=self.actor, flag_id=flag_id, now=self.now, **said))
        if done is None:
            return self._page(flag_id, form, status=400)
        messages.success(request, _("Said. Who flagged it is told."))
        return self.go_to(reverse("web:flags"))

    def _page(self, flag_id: UUID, form: PageForm, *, status: int = 200) -> HttpResponse:
        flag = get_flag(actor=self.actor, flag_id=flag_id)
        may_resolve = allows(self.actor, Action.RESOLVE_FLAG, flag.status, ties=ties_to(self.actor, flag))
        context = told(flag) | {"form": form if may_resolve else None}
        return self.show("web/desk/flag.html", context, status=status)


def told(flag: Flag) -> dict[str, Any]:
    """Return what a page says of a flag."""
    return {
        "flag": flag,
        "kind": _KINDS[FlagKind(flag.kind)],
        "thing": _THINGS[FlaggedKind(flag.flagged_kind)],
        "address": _address_of(flag),
    }


def _address_of(flag: Flag) -> str:
    if flag.flagged_kind == FlaggedKind.HOWTO:
        return reverse("web:howto", args=[flag.flagged_id])
    return reverse("web:thread", args=[flag.thread_id]) if flag.thread_id else ""
